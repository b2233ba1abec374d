package customers

import (
	"encoding/binary"
	"io"
	"iter"
	"slices"

	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/pkg/client"
)

// spoolBlock is the size of a block, the part of a reverse spool that is in memory at once, in bytes.
const spoolBlock = 1 << 20

// reverseSpool stores customers and returns them in either direction: the last block from memory, the ones before it from a
// temporary file.
type reverseSpool struct {
	spool files.Spool
	ends  []int64 // of the blocks that are full, in the spool
}

// newReverseSpool returns an empty spool, with its file below the state folder; "" is the system's folder for temporary files.
func newReverseSpool(stateDir string) *reverseSpool {
	return &reverseSpool{spool: files.Spool{Dir: spoolDir(stateDir), Memory: spoolBlock}}
}

// add appends a customer: its JSON after the length in 4 bytes.
func (s *reverseSpool) add(c client.Customer) error {
	raw := c.RawJSON()
	record := append(binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(raw)), uint32(len(raw))), raw...)
	if _, err := s.spool.Write(record); err != nil {
		return notStored(err)
	}
	if s.spool.Size()-s.end() >= spoolBlock {
		s.ends = append(s.ends, s.spool.Size())
	}
	return nil
}

// end is the end of the last full block.
func (s *reverseSpool) end() int64 {
	if len(s.ends) == 0 {
		return 0
	}
	return s.ends[len(s.ends)-1]
}

// all returns the customers, the last one first when backwards.
func (s *reverseSpool) all(backwards bool) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		bounds := append(append([]int64{0}, s.ends...), s.spool.Size())
		for i := range len(bounds) - 1 {
			if backwards {
				i = len(bounds) - 2 - i
			}
			block := make([]byte, bounds[i+1]-bounds[i])
			if _, err := s.spool.ReadAt(block, bounds[i]); err != nil && err != io.EOF { //nolint:errorlint // io.ReaderAt
				yield(client.Customer{}, err)
				return
			}
			records := splitRecords(block)
			if backwards {
				slices.Reverse(records)
			}
			for _, record := range records {
				var c client.Customer
				if err := c.UnmarshalJSON(record); !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}

func splitRecords(block []byte) [][]byte {
	var records [][]byte
	for len(block) > 0 {
		n := binary.LittleEndian.Uint32(block)
		records = append(records, block[4:4+n])
		block = block[4+n:]
	}
	return records
}

// close removes the file.
func (s *reverseSpool) close() { s.spool.Close() }

// backwards returns the customers, which come oldest first, newest first. Unlike sorted it needs no memory for each of them.
func (w *walk) backwards(rows iter.Seq2[client.Customer, error]) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		held := newReverseSpool(w.stateDir)
		defer held.close()
		for c, err := range rows {
			if err == nil {
				err = held.add(c)
			}
			if err != nil {
				yield(client.Customer{}, err)
				return
			}
		}
		all := held.all(true)
		if !w.pager.Report().Sorted {
			all = w.sorted(held.all(false))
		}
		all(yield)
	}
}
