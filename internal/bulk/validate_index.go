package bulk

import (
	"cmp"
	"iter"
	"os"
	"slices"
)

// indexed is what is remembered of a row: 32 bytes.
type indexed struct {
	hi, lo uint64 // the index is in the order of these, then of the row
	more   uint64
	row    uint32
	line   uint32
}

func compareIndexed(a, b indexed) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	if a.lo != b.lo {
		return cmp.Compare(a.lo, b.lo)
	}
	return cmp.Compare(a.row, b.row)
}

// index sorts any number of entries in 4 MiB of memory: what is more goes to a temporary file in sorted runs.
type index struct {
	dir  string
	mem  []indexed
	file *os.File
	runs []int // entries of each run in the file
}

const indexEntries = 128 << 10

func (x *index) add(e indexed) error {
	if len(x.mem) == indexEntries {
		if err := x.spill(); err != nil {
			return err
		}
	}
	x.mem = append(x.mem, e)
	return nil
}

// sort ends the adding.
func (x *index) sort() error {
	if x.file != nil {
		err := x.spill()
		x.mem = nil
		return err
	}
	slices.SortFunc(x.mem, compareIndexed)
	return nil
}

// all gives the entries in order, as often as wanted.
func (x *index) all() iter.Seq2[indexed, error] {
	if x.file != nil {
		return x.merge
	}
	return func(yield func(indexed, error) bool) {
		for _, e := range x.mem {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (x *index) close() error {
	if x.file == nil {
		return nil
	}
	return closeAndRemove(x.file)
}
