package files

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// inUseAge is how old a file has to be before it can count as left behind: a younger one may not be locked yet.
const inUseAge = time.Minute

// Held is a temporary file with a name of its own that shows that a process uses it. Other processes remove it once that has
// ended: see [NewHeld].
type Held struct {
	*os.File

	lock io.Closer // nil on Windows, where an open file cannot be removed
}

// NewHeld makes a temporary file in dir that only this user can read, with a name that starts with prefix. Such files of processes
// that were killed are removed.
func NewHeld(dir, prefix string) (*Held, error) {
	removeDead(cmp.Or(dir, os.TempDir()), prefix)
	file, err := os.CreateTemp(dir, prefix+"*")
	if err != nil {
		return nil, err
	}
	lock, err := lockHeld(file.Name())
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	return &Held{file, lock}, nil
}

// Release ends the mark, for a file that is kept under another name.
func (h *Held) Release() {
	if h.lock != nil {
		_ = h.lock.Close()
	}
	h.lock = nil
}

// removeDead removes the temporary files of processes that were killed.
func removeDead(dir, prefix string) {
	entries, _ := os.ReadDir(dir) // what cannot be read is not cleaned
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := os.Lstat(path)
		if !strings.HasPrefix(e.Name(), prefix) || err != nil || !info.Mode().IsRegular() || CheckOwned(path, info) != nil || time.Since(info.ModTime()) < inUseAge {
			continue
		}
		if lock, err := lockHeld(path); err == nil {
			_ = os.Remove(path)
			if lock != nil {
				_ = lock.Close()
			}
		}
	}
}

// Spool keeps what is written to it: in memory, and what does not fit there in a temporary file that only this user can read.
// On Unix that file has no name.
type Spool struct {
	Dir    string // of the file, which is made when it is missing; "" is the system's folder for temporary files
	Memory int    // bytes at most

	mem   []byte // what comes after the file
	file  *os.File
	named bool  // the file could not be removed while open, as on Windows
	size  int64 // of the file
}

// Write keeps p.
func (s *Spool) Write(p []byte) (int, error) {
	if len(s.mem) > 0 && len(s.mem)+len(p) > s.Memory {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	s.mem = append(s.mem, p...)
	return len(p), nil
}

// flush moves the memory to the file.
func (s *Spool) flush() error {
	if s.file == nil {
		if err := s.create(); err != nil {
			return s.failed(err)
		}
	}
	n, err := s.file.WriteAt(s.mem, s.size)
	if err != nil {
		return s.failed(err)
	}
	s.size += int64(n)
	s.mem = s.mem[:0]
	return nil
}

func (s *Spool) create() (err error) {
	if s.Dir != "" {
		if err := os.MkdirAll(s.Dir, 0o700); err != nil {
			return err
		}
	}
	if s.file, err = os.CreateTemp(s.Dir, "hydractl-*"); err != nil { // O_EXCL, 0600
		return err
	}
	s.named = os.Remove(s.file.Name()) != nil
	return nil
}

func (s *Spool) failed(err error) error {
	return fmt.Errorf("temporary file in %s: %w", filepath.Clean(cmp.Or(s.Dir, os.TempDir())), Reason(err))
}

// Size returns how many bytes are kept.
func (s *Spool) Size() int64 { return s.size + int64(len(s.mem)) }

// ReadAt reads what was kept, from any place.
func (s *Spool) ReadAt(p []byte, offset int64) (n int, err error) {
	if offset < s.size {
		n, err = s.file.ReadAt(p[:min(int64(len(p)), s.size-offset)], offset)
		if err != nil || n == len(p) {
			return n, err
		}
	}
	if from := offset + int64(n) - s.size; from < int64(len(s.mem)) {
		n += copy(p[n:], s.mem[from:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteTo writes all that was kept to w.
func (s *Spool) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, io.NewSectionReader(s, 0, s.Size()))
}

// Reset empties the spool and keeps the memory for what comes next.
func (s *Spool) Reset() { s.mem, s.size = s.mem[:0], 0 }

// Close gives back the memory and the file.
func (s *Spool) Close() {
	if s.file != nil {
		_ = s.file.Close() // its content is not needed any more
	}
	if s.named {
		_ = os.Remove(s.file.Name())
	}
	*s = Spool{Dir: s.Dir, Memory: s.Memory}
}
