package output

import (
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much a spool keeps before it goes to a file, in bytes.
const spoolMemory = 4 << 20

// spool holds a document until it is whole: in memory, and from spoolMemory on
// in a temporary file without a name that only this user can read.
type spool struct {
	mem  []byte
	file *os.File
	name string // of a file that could not be removed while open
	// direct takes what memory cannot hold instead of a file; nil for none.
	direct io.Writer
}

// newSpool holds a document that is meant for w.
func (p *Printer[T]) newSpool(w io.Writer) spool {
	if p.direct {
		return spool{direct: w}
	}
	return spool{}
}

// Write keeps p.
func (s *spool) Write(p []byte) (int, error) {
	if len(s.mem)+len(p) > spoolMemory {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	s.mem = append(s.mem, p...)
	return len(p), nil
}

func (s *spool) flush() error {
	if s.direct != nil {
		_, err := s.direct.Write(s.mem)
		s.mem = s.mem[:0]
		return err
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "hydractl-*")
		if err != nil {
			return spoolError(err)
		}
		s.file = file
		if os.Remove(file.Name()) != nil { // Windows keeps open files
			s.name = file.Name()
		}
	}
	if _, err := s.file.Write(s.mem); err != nil {
		return spoolError(err)
	}
	s.mem = s.mem[:0]
	return nil
}

// copyTo writes all that was kept to w.
func (s *spool) copyTo(w io.Writer) error {
	if s.file == nil {
		_, err := w.Write(s.mem)
		return err
	}
	if err := s.flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return spoolError(err)
	}
	_, err := io.Copy(w, s.file)
	return err
}

// close gives the memory and the file back.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close() // nothing of it is wanted any more
	}
	if s.name != "" {
		_ = os.Remove(s.name)
	}
	*s = spool{}
}

func spoolError(err error) error {
	return fmt.Errorf("hold the document in %s until it is whole: %w (-o jsonl needs no room)", os.TempDir(), err)
}
