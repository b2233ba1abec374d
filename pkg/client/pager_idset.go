package client

import (
	"hash/maphash"
	"math/bits"
)

const (
	walkBits   = 4   // of an entry, which number the walk that saw it last
	idSegments = 256 // each grows by itself, so that no moment needs twice the memory
)

// idSet holds which customers have been seen, in 8 bytes each: most bits of a seeded hash, and the number of a walk. Two
// IDs of one hash would count as one (at a million, once in two million lists), which shows as a count that falls short
// of the total, never as a complete list.
type idSet struct {
	seed     maphash.Seed
	segments [idSegments]idSegment
}

// idSegment is a table with linear probing; a slot of 0 is free.
type idSegment struct {
	slots []uint64
	used  int
}

func newIDSet() *idSet { return &idSet{seed: maphash.MakeSeed()} }

// see records that a walk, 1 to 15, has seen an ID. It returns the walk that saw it last, 0 for none.
func (s *idSet) see(id string, walk int) (last int) {
	hash := maphash.String(s.seed, id)
	return s.segments[hash>>walkBits%idSegments].see(hash&^(1<<walkBits-1) | uint64(walk))
}

func (s *idSegment) see(entry uint64) (last int) {
	if s.used*5 >= len(s.slots)*4 {
		s.grow()
	}
	slot := s.find(entry)
	if *slot == 0 {
		s.used++
	}
	last = int(*slot & (1<<walkBits - 1))
	*slot = entry
	return last
}

// find returns the slot of the entry's ID, or the free one where it belongs.
func (s *idSegment) find(entry uint64) *uint64 {
	n := uint64(len(s.slots))
	i, _ := bits.Mul64(entry, n) // spreads the hashes over slots of any number
	for {
		if old := s.slots[i]; old == 0 || (old^entry)>>walkBits == 0 {
			return &s.slots[i]
		}
		if i++; i == n {
			i = 0
		}
	}
}

func (s *idSegment) grow() {
	old := s.slots
	s.slots = make([]uint64, 16+len(old)*5/4)
	for _, entry := range old {
		if entry != 0 {
			*s.find(entry) = entry
		}
	}
}
