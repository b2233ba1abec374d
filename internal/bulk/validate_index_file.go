package bulk

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

const (
	indexedBytes = 32
	mergeBytes   = 2 << 20 // memory of all runs together while they are merged
)

// spill writes the entries in memory as a run.
func (x *index) spill() error {
	slices.SortFunc(x.mem, compareIndexed)
	if x.file == nil {
		file, err := os.CreateTemp(x.dir, "index-*")
		if err != nil {
			return fmt.Errorf("keep the index of emails: %w", err)
		}
		x.file = file
	}
	out := bufio.NewWriterSize(x.file, windowBytes)
	var buf [indexedBytes]byte
	for _, e := range x.mem {
		binary.LittleEndian.PutUint64(buf[0:], e.hi)
		binary.LittleEndian.PutUint64(buf[8:], e.lo)
		binary.LittleEndian.PutUint64(buf[16:], e.more)
		binary.LittleEndian.PutUint32(buf[24:], e.row)
		binary.LittleEndian.PutUint32(buf[28:], e.line)
		if _, err := out.Write(buf[:]); err != nil {
			break // Flush tells
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("keep the index of emails: %w", err)
	}
	x.runs, x.mem = append(x.runs, len(x.mem)), x.mem[:0]
	return nil
}

// run reads a sorted part of the file.
type run struct {
	indexed // the entry at its head
	in      *bufio.Reader
}

// next reads the entry behind the head; io.EOF at the end.
func (r *run) next() error {
	buf, err := r.in.Peek(indexedBytes)
	if err != nil {
		if len(buf) > 0 && errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	r.indexed = indexed{
		hi: binary.LittleEndian.Uint64(buf[0:]), lo: binary.LittleEndian.Uint64(buf[8:]),
		more: binary.LittleEndian.Uint64(buf[16:]),
		row:  binary.LittleEndian.Uint32(buf[24:]), line: binary.LittleEndian.Uint32(buf[28:]),
	}
	_, err = r.in.Discard(indexedBytes)
	return err
}

// merge gives the entries of all runs in order.
func (x *index) merge(yield func(indexed, error) bool) {
	runs, err := x.openRuns()
	for i := len(runs)/2 - 1; i >= 0; i-- {
		sink(runs, i)
	}
	for err == nil && len(runs) > 0 {
		if !yield(runs[0].indexed, nil) {
			return
		}
		if err = runs[0].next(); errors.Is(err, io.EOF) {
			runs[0], runs, err = runs[len(runs)-1], runs[:len(runs)-1], nil
		}
		sink(runs, 0)
	}
	if err != nil {
		yield(indexed{}, fmt.Errorf("read the index of emails: %w", err))
	}
}

func (x *index) openRuns() ([]*run, error) {
	var runs []*run
	offset := int64(0)
	for _, entries := range x.runs {
		size := int64(entries) * indexedBytes
		in := bufio.NewReaderSize(io.NewSectionReader(x.file, offset, size), max(mergeBytes/len(x.runs), 4<<10))
		offset += size
		r := &run{in: in}
		if err := r.next(); err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}

// sink restores the heap of runs, the least head first, below i.
func sink(runs []*run, i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(runs); child++ {
			if compareIndexed(runs[child].indexed, runs[least].indexed) < 0 {
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
