package output

import (
	"fmt"
	"io"

	"github.com/hydracore/hydractl/internal/files"
)

// document is what surrounds the records.
type document struct {
	shape  shape
	env    Envelope
	detail func(any) []Section
}

type shape int

const (
	listing shape = iota // records inside an envelope
	single               // one record by itself
	several              // a bare list of records
)

// Envelope is what json and yaml put around the records of a listing: an
// object whose first member, Key, holds them.
type Envelope struct {
	Key    string // the API's name of the list, such as "customers"
	Schema string // name of the document's schema, its last member; "" for none
	// Members returns the members after the list. It is called once, after
	// the last record, so that it may report what the walk has found.
	Members func() []Member
}

// Member is one name and value of an object; the value is printed as JSON.
type Member struct {
	Name  string
	Value any
}

func (e Envelope) members() []Member {
	var all []Member
	if e.Members != nil {
		all = e.Members()
	}
	if e.Schema != "" {
		all = append(all, Member{"schema", e.Schema})
	}
	return all
}

// spoolMemory is how much of a document is kept in memory before it goes to a temporary file, in bytes.
const spoolMemory = 4 << 20

// spool holds a document until it is complete.
type spool struct {
	kept files.Spool
	// direct takes what memory cannot hold instead of a file; nil for none.
	direct io.Writer
}

// newSpool holds a document that is meant for w.
func (p *printer) newSpool(w io.Writer) spool {
	s := spool{kept: files.Spool{Memory: spoolMemory}}
	if p.options.Direct {
		s.direct = w
	}
	return s
}

// Write keeps p.
func (s *spool) Write(p []byte) (int, error) {
	if s.direct != nil && s.kept.Size()+int64(len(p)) > spoolMemory {
		if err := s.copyTo(s.direct); err != nil {
			return 0, err
		}
		s.kept.Reset()
	}
	n, err := s.kept.Write(p)
	if err != nil {
		err = fmt.Errorf("keep the document until it is complete: %w (-o jsonl needs no space)", err)
	}
	return n, err
}

// copyTo writes all that was kept to w.
func (s *spool) copyTo(w io.Writer) error {
	_, err := s.kept.WriteTo(w)
	return err
}

// close frees the memory and the file.
func (s *spool) close() { s.kept.Close() }
