// Package files holds one of each for the program's own files: writing a file whole or not at all, locks, temporary
// files, the checks of owner and mode, and the checks of a path that output goes to. Nothing is written through a
// symbolic link, and what is made is for its owner alone.
package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gofrs/flock"
)

// FS is a file system. [Disk] is the real one; tests put one in its place that fails, or loses what was not synced.
type FS interface {
	// MakeDir makes a private folder and its parents, durably, and refuses one that others can write to.
	MakeDir(dir string) error
	// Open opens a private file for reading and writing; it is made when missing. A symbolic link is refused.
	Open(name string) (File, error)
	// OpenRead opens an existing file for reading.
	OpenRead(name string) (File, error)
	// CreateTemp makes a new private file beside name, with a name that marks it as unfinished.
	CreateTemp(name string) (File, string, error)
	// Rename replaces a file by another, durably. Only a regular file is replaced.
	Rename(from, to string) error
	// RenameNew gives a file a name that is free, durably. The error is fs.ErrExist when it is not.
	RenameNew(from, to string) error
	// Remove deletes a file.
	Remove(name string) error
	// Lock takes a lock that ends with this process at the latest. The error is ErrLocked when another process has it.
	Lock(name string) (io.Closer, error)
	// InPlace reports whether an open file still has its name: it was not removed or replaced.
	InPlace(f File, name string) bool
	// Identity returns a text that a copy of the folder does not have, be it on this machine or on another. It outlives a
	// reboot.
	Identity(dir string) string
}

// File is an open file of an FS.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Sync makes what was written durable.
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
}

// ErrLocked means that another process holds the lock.
var ErrLocked = errors.New("in use by another process")

// Disk returns the file system of this machine.
func Disk() FS { return disk{} }

type disk struct{}

func (disk) MakeDir(dir string) error {
	if err := MakePrivateDir(dir); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err == nil {
		err = CheckWritable(dir, info)
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

func (disk) Open(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|noFollow|nonBlocking, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", name)
	}
	if err == nil {
		err = CheckWritable(name, info)
	}
	if err == nil {
		err = syncDir(filepath.Dir(name))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return diskFile{f}, nil
}

func (disk) OpenRead(name string) (File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (disk) CreateTemp(name string) (File, string, error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.part") // O_EXCL, 0600
	if err != nil {
		return nil, "", err
	}
	return diskFile{f}, f.Name(), nil
}

func (disk) Rename(from, to string) error {
	if info, err := os.Lstat(to); err == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "replace", Path: to, Err: errNotRegular}
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func (d disk) RenameNew(from, to string) error {
	err := os.Link(from, to) // unlike a rename never overwrites
	switch {
	case errors.Is(err, fs.ErrExist):
		return err
	case err == nil:
		_ = os.Remove(from) // its other name is what counts
		return syncDir(filepath.Dir(to))
	}
	if _, err := os.Lstat(to); err == nil { // no hard links here: the next best
		return fs.ErrExist
	}
	return d.Rename(from, to)
}

func (disk) Remove(name string) error { return os.Remove(name) }

func (disk) Lock(name string) (io.Closer, error) {
	l := flock.New(name, flock.SetPermissions(0o600))
	held, err := l.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !held, !hasName(l, name): // in the second case its holder has just removed it
		return nil, errors.Join(ErrLocked, l.Close())
	}
	return l, nil
}

func (disk) InPlace(f File, name string) bool {
	file, ok := f.(diskFile)
	return ok && hasName(file, name)
}

// hasName reports whether an open file still has its name: the lock of a removed file excludes no other process.
func hasName(f interface{ Stat() (fs.FileInfo, error) }, name string) bool {
	opened, err := f.Stat()
	named, gone := os.Lstat(name)
	return err == nil && gone == nil && os.SameFile(opened, named)
}

func (disk) Identity(dir string) string {
	machine, err := os.ReadFile("/etc/machine-id")
	if err != nil || len(bytes.TrimSpace(machine)) == 0 {
		name, _ := os.Hostname()
		machine = []byte(name)
	}
	text := "hydractl " + string(bytes.TrimSpace(machine))
	if info, err := os.Lstat(dir); err == nil {
		text += " " + strconv.FormatUint(inode(info), 10)
	}
	sum := sha256.Sum256([]byte(text)) // the machine ID itself is not for other programs' files
	return hex.EncodeToString(sum[:8])
}

type diskFile struct{ *os.File }

func (f diskFile) Sync() error { return syncData(f.File) }

func (f diskFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
