package input

import (
	"iter"
	"os"
)

// sorter sorts any number of entries in fixed memory: what is more goes to a temporary file in sorted runs.
type sorter[T any] struct {
	order[T]
	dir   string // of the temporary file
	limit int    // entries in memory
	mem   []T
	file  *os.File
	runs  []int // entries of each run in the file
}

// order is what a sorter has to know of its entries.
type order[T any] struct {
	sort    func([]T)
	compare func(a, b T) int
	size    int // bytes of an entry in the file
	put     func(dst []byte, e T)
	get     func(src []byte) T
}

// sorterBytes is the memory that a sorter takes.
const sorterBytes = 2 << 20

func newSorter[T any](dir string, o order[T]) *sorter[T] {
	return &sorter[T]{order: o, dir: dir, limit: sorterBytes / o.size}
}

func (s *sorter[T]) add(e T) error {
	if len(s.mem) == s.limit {
		if err := s.spill(); err != nil {
			return err
		}
	}
	if s.mem == nil {
		s.mem = make([]T, 0, s.limit)
	}
	s.mem = append(s.mem, e)
	return nil
}

// finish ends the adding.
func (s *sorter[T]) finish() error {
	if s.file == nil {
		s.sort(s.mem)
		return nil
	}
	err := s.spill()
	s.mem = nil
	return err
}

// all gives the entries in order, as often as wanted.
func (s *sorter[T]) all() iter.Seq2[T, error] {
	if s.file != nil {
		return s.merge
	}
	return func(yield func(T, error) bool) {
		for _, e := range s.mem {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (s *sorter[T]) close() error {
	if s.file == nil {
		return nil
	}
	return closeAndRemove(s.file)
}
