package output

import (
	"fmt"
	"io"

	"github.com/hydracore/hydractl/internal/files"
)

// spoolMemory is how much of a document is kept in memory before it goes to a temporary file, in bytes.
const spoolMemory = 4 << 20

// spool holds a document until it is complete.
type spool struct {
	kept files.Spool
	// direct takes what memory cannot hold instead of a file; nil for none.
	direct io.Writer
}

// newSpool holds a document that is meant for w.
func (p *Printer[T]) newSpool(w io.Writer) spool {
	s := spool{kept: files.Spool{Memory: spoolMemory}}
	if p.direct {
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
		err = fmt.Errorf("hold the document until it is complete: %w (-o jsonl needs no space)", err)
	}
	return n, err
}

// copyTo writes all that was kept to w.
func (s *spool) copyTo(w io.Writer) error {
	_, err := s.kept.WriteTo(w)
	return err
}

// close gives the memory and the file back.
func (s *spool) close() { s.kept.Close() }
