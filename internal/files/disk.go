package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// FS is what a journal needs of a file system. [Disk] is the real one; tests put one in its place that fails, or
// loses what was not synced.
type FS interface {
	// MakeDir makes a private directory and its parents, durably, and refuses one that others may write to.
	MakeDir(dir string) error
	// Open opens a private file for reading and writing; it is made when missing. A symbolic link is refused.
	Open(name string) (File, error)
	// OpenRead opens a file that is there, for reading.
	OpenRead(name string) (File, error)
	// CreateTemp makes a new private file beside name, which shows that it is no finished one.
	CreateTemp(name string) (File, string, error)
	// Rename puts a file in another's place, durably.
	Rename(from, to string) error
	// RenameNew puts a file where none is, durably. The error is fs.ErrExist where one is.
	RenameNew(from, to string) error
	// Remove deletes a file.
	Remove(name string) error
	// Lock takes a lock that ends with this process at the latest. The error is errLocked when another holds it.
	Lock(name string) (io.Closer, error)
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

var ErrLocked = errors.New("in use by another process")

// Disk is the file system of this machine.
func Disk() FS { return disk{} }

type disk struct{}

func (disk) MakeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", dir)
	}
	if err := checkOwner(dir, info); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

func (disk) Open(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|noFollow, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", name)
	}
	if err == nil {
		err = checkOwner(name, info)
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
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.part")
	if err != nil {
		return nil, "", err
	}
	return diskFile{f}, f.Name(), nil
}

func (disk) Rename(from, to string) error {
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
	case !held, !inPlace(l, name): // in the other case its holder has just removed it
		return nil, errors.Join(ErrLocked, l.Close())
	}
	return l, nil
}

// inPlace tells that a lock's file is still the one under its name: a lock of a removed file keeps nobody out.
func inPlace(l *flock.Flock, name string) bool {
	mine, err := l.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(mine, named)
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

// isFull tells that a disk or a quota is used up.
func IsFull(err error) bool { return errors.Is(err, ErrFull) || isNoSpace(err) }

// errDiskFull lets a test's disk be full on every system.
var ErrFull = fmt.Errorf("no space left: %w", fs.ErrInvalid)
