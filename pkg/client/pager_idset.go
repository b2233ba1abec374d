package client

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

const (
	walkBits   = 4    // of an entry, which number the walk that saw it last
	idSegments = 4096 // each grows by itself, so that no moment needs twice the memory
)

// idSet holds which customers have been seen, in little more than 8 bytes each: most bits of a seeded hash, and the number
// of a walk. Two IDs of one hash would count as one (at a million, once in two million lists), which shows as a count that
// falls short of the total, never as a complete list.
type idSet struct {
	seed     maphash.Seed
	segments [][]uint64 // by some bits of the hash, each sorted; nil while the set is empty
}

func newIDSet() *idSet { return &idSet{seed: maphash.MakeSeed()} }

// see records that a walk, 1 to 15, has seen an ID. It returns the walk that saw it last, 0 for none.
func (s *idSet) see(id string, walk int) (last int) {
	if s.segments == nil {
		s.segments = make([][]uint64, idSegments)
	}
	hash := maphash.String(s.seed, id)
	segment := &s.segments[hash>>walkBits%idSegments]
	list, none := *segment, hash&^(1<<walkBits-1)
	entry := none | uint64(walk)
	place, _ := bits.Mul64(hash, uint64(len(list))) // hashes are spread evenly: it belongs near here
	at := int(place)
	for ; at > 0 && list[at-1] >= none; at-- {
	}
	for ; at < len(list) && list[at] < none; at++ {
	}
	if at < len(list) && (list[at]^entry)>>walkBits == 0 {
		last = int(list[at] & (1<<walkBits - 1))
		list[at] = entry
		return last
	}
	if n := len(*segment); n == cap(*segment) { // append would double it
		*segment = append(make([]uint64, 0, n+n/8+8), *segment...)
	}
	*segment = slices.Insert(*segment, at, entry)
	return 0
}
