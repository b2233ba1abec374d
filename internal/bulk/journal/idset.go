package journal

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// idSet remembers the customers that rows have been given, in 8 bytes each: open addressing, at most 3/4 full. Two of
// a million random ids are taken for one with a probability of 3 in 10^8.
type idSet struct {
	slots []uint64
	used  int
}

// newIDSet makes room for n ids.
func newIDSet(n int) idSet { return idSet{slots: make([]uint64, n/3*4+64)} }

// add adds an ID and reports whether it is new.
func (s *idSet) add(id uuid.UUID) bool {
	if s.used >= len(s.slots)*3/4 {
		s.grow()
	}
	slot, found := s.find(foldID(id))
	if found {
		return false
	}
	s.slots[slot] = foldID(id)
	s.used++
	return true
}

func (s *idSet) has(id uuid.UUID) bool {
	if len(s.slots) == 0 {
		return false
	}
	_, found := s.find(foldID(id))
	return found
}

// find returns the slot of a value, or the free one where it belongs.
func (s *idSet) find(value uint64) (slot int, found bool) {
	for slot = int(value >> 32 * uint64(len(s.slots)) >> 32); s.slots[slot] != 0; {
		if s.slots[slot] == value {
			return slot, true
		}
		if slot++; slot == len(s.slots) {
			slot = 0
		}
	}
	return slot, false
}

func (s *idSet) grow() {
	old := s.slots
	*s = newIDSet(2 * s.used)
	for _, value := range old {
		if value != 0 {
			slot, _ := s.find(value)
			s.slots[slot] = value
			s.used++
		}
	}
}

// foldID mixes both halves, of which a time-based id may hold only one that varies; 0 marks a free slot.
func foldID(id uuid.UUID) uint64 {
	mixed := binary.BigEndian.Uint64(id[:8])*0x9e3779b97f4a7c15 ^ binary.BigEndian.Uint64(id[8:])
	mixed = (mixed ^ mixed>>29) * 0xbf58476d1ce4e5b9
	return max(mixed^mixed>>32, 1)
}
