package client

import "hash/maphash"

// walkBits is how much of an entry numbers the walk that saw it last.
const walkBits = 4

// idSet tells which customers have been seen, in 8 bytes each: most bits of a seeded hash, and the number of a walk. Two
// IDs of one hash would count as one (at a million, once in two million lists), which shows as a count that falls short
// of the total, never as a complete list.
type idSet struct {
	seed  maphash.Seed
	slots []uint64 // a power of two of them, 0 for a free one
	used  int
}

func newIDSet() *idSet { return &idSet{seed: maphash.MakeSeed(), slots: make([]uint64, 256)} }

// see notes that a walk, 1 to 15, has seen an ID: first for any walk, fresh for this one.
func (s *idSet) see(id string, walk int) (first, fresh bool) {
	if s.used >= len(s.slots)/4*3 {
		s.grow()
	}
	entry := maphash.String(s.seed, id) &^ (1<<walkBits - 1)
	entry |= uint64(walk)
	slot := s.find(entry)
	first, fresh = *slot == 0, *slot != entry
	if first {
		s.used++
	}
	*slot = entry
	return first, fresh
}

// find gives the slot of the entry's ID, or the free one where it belongs.
func (s *idSet) find(entry uint64) *uint64 {
	mask := uint64(len(s.slots) - 1)
	for i := entry >> walkBits & mask; ; i = (i + 1) & mask {
		if old := s.slots[i]; old == 0 || (old^entry)>>walkBits == 0 {
			return &s.slots[i]
		}
	}
}

func (s *idSet) grow() {
	old := s.slots
	s.slots = make([]uint64, 2*len(old))
	for _, entry := range old {
		if entry != 0 {
			*s.find(entry) = entry
		}
	}
}
