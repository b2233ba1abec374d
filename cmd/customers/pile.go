package customers

import (
	"encoding/binary"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/hydracore/hydractl/pkg/client"
)

// pileBlock is how much of a pile is in memory at once, in bytes.
const pileBlock = 1 << 20

// pile keeps customers in little memory, to give them out in either direction: the last block in memory, those before it
// in a temporary file that only this user can read and that has no name.
type pile struct {
	dir   string  // the state folder; "" is the system's folder for temporary files
	block []byte  // records, each after its length in 4 bytes
	ends  []int64 // of the blocks in the file
	file  *os.File
	name  string // of a file that could not be removed while open
}

// add puts a customer on top.
func (p *pile) add(c client.Customer) error {
	raw := c.RawJSON()
	p.block = append(binary.LittleEndian.AppendUint32(p.block, uint32(len(raw))), raw...)
	if len(p.block) < pileBlock {
		return nil
	}
	return p.flush()
}

func (p *pile) flush() error {
	err := p.open()
	if err == nil {
		_, err = p.file.Write(p.block)
	}
	if err != nil {
		return fmt.Errorf("hold the customers until all are read: %w (oldest first, -o jsonl needs no room)", err)
	}
	p.ends = append(p.ends, p.end()+int64(len(p.block)))
	p.block = p.block[:0]
	return nil
}

// end is how long the file is.
func (p *pile) end() int64 {
	if len(p.ends) == 0 {
		return 0
	}
	return p.ends[len(p.ends)-1]
}

func (p *pile) open() error {
	if p.file != nil {
		return nil
	}
	dir := ""
	if p.dir != "" {
		dir = filepath.Join(p.dir, "tmp")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	file, err := os.CreateTemp(dir, "list-*") // 0600
	if err != nil {
		return err
	}
	p.file = file
	if os.Remove(file.Name()) != nil { // Windows keeps open files
		p.name = file.Name()
	}
	return nil
}

// all gives the customers out, the last one first with backwards. Nothing can be added any more.
func (p *pile) all(backwards bool) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		for block, err := range p.blocks(backwards) {
			if err != nil {
				yield(client.Customer{}, err)
				return
			}
			for _, record := range turned(records(block), backwards) {
				var c client.Customer
				if err := c.UnmarshalJSON(record); !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}

// blocks reads the file piece by piece. What fits in memory was never in one.
func (p *pile) blocks(backwards bool) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if p.file == nil {
			yield(p.block, nil)
			return
		}
		if err := p.flush(); err != nil {
			yield(nil, err)
			return
		}
		starts := append([]int64{0}, p.ends...)
		for i := range p.ends {
			if backwards {
				i = len(p.ends) - 1 - i
			}
			block := make([]byte, starts[i+1]-starts[i])
			_, err := p.file.ReadAt(block, starts[i])
			if !yield(block, err) || err != nil {
				return
			}
		}
	}
}

func records(block []byte) [][]byte {
	var all [][]byte
	for len(block) > 0 {
		n := binary.LittleEndian.Uint32(block)
		all = append(all, block[4:4+n])
		block = block[4+n:]
	}
	return all
}

func turned(all [][]byte, backwards bool) [][]byte {
	if backwards {
		slices.Reverse(all)
	}
	return all
}

// close gives the file back.
func (p *pile) Close() {
	if p.file != nil {
		_ = p.file.Close() // nothing of it is wanted any more
	}
	if p.name != "" {
		_ = os.Remove(p.name)
	}
}
