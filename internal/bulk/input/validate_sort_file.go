package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// mergeBytes is the memory of all runs together while they are merged.
const mergeBytes = 1 << 20

// spill writes the entries in memory as a run.
func (s *sorter[T]) spill() error {
	s.sort(s.mem)
	if s.file == nil {
		file, err := os.CreateTemp(s.dir, "index-*")
		if err != nil {
			return fmt.Errorf("keep the index of rows: %w", err)
		}
		s.file = file
	}
	out := bufio.NewWriterSize(s.file, windowBytes)
	buf := make([]byte, s.size)
	for _, e := range s.mem {
		s.put(buf, e)
		if _, err := out.Write(buf); err != nil {
			break // Flush tells
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("keep the index of rows: %w", err)
	}
	s.runs, s.mem = append(s.runs, len(s.mem)), s.mem[:0]
	return nil
}

// run reads one of the sorted parts of the file.
type run[T any] struct {
	head T
	in   *bufio.Reader
}

// advance reads the entry behind the head; io.EOF at the end.
func (s *sorter[T]) advance(r *run[T]) error {
	buf, err := r.in.Peek(s.size)
	if err != nil {
		if len(buf) > 0 && errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	r.head = s.get(buf)
	_, err = r.in.Discard(s.size)
	return err
}

// merge gives the entries of all runs in order.
func (s *sorter[T]) merge(yield func(T, error) bool) {
	runs, err := s.openRuns()
	for i := len(runs)/2 - 1; i >= 0; i-- {
		s.sink(runs, i)
	}
	for err == nil && len(runs) > 0 {
		if !yield(runs[0].head, nil) {
			return
		}
		if err = s.advance(runs[0]); errors.Is(err, io.EOF) {
			runs[0], runs, err = runs[len(runs)-1], runs[:len(runs)-1], nil
		}
		s.sink(runs, 0)
	}
	if err != nil {
		var none T
		yield(none, fmt.Errorf("read the index of rows: %w", err))
	}
}

func (s *sorter[T]) openRuns() ([]*run[T], error) {
	var runs []*run[T]
	offset := int64(0)
	for _, entries := range s.runs {
		size := int64(entries) * int64(s.size)
		in := bufio.NewReaderSize(io.NewSectionReader(s.file, offset, size), max(mergeBytes/len(s.runs), 4<<10))
		offset += size
		r := &run[T]{in: in}
		if err := s.advance(r); err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// sink restores the heap of runs, the least head first, below i.
func (s *sorter[T]) sink(runs []*run[T], i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(runs); child++ {
			if s.compare(runs[child].head, runs[least].head) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		runs[i], runs[least] = runs[least], runs[i]
		i = least
	}
}

func closeAndRemove(file *os.File) error {
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
