package simulate

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/hydracore/hydractl/internal/files"
)

// Disk is a disk in memory that knows what is synced. It implements [files.FS].
type Disk struct {
	Crash    *Crash
	Mu       sync.Mutex
	Files    map[string]*File
	Locks    map[string]bool
	Capacity int64                              // bytes of all files together, 0 for no limit
	Fail     func(op, name string, n int) error // may fail the n-th operation of its kind
	Place    string                             // the identity of every folder; another one makes a copy of the disk
	ops      map[string]int
}

// File is a file of a [Disk].
type File struct {
	Disk   *Disk
	Name   string
	Live   []byte
	Synced []byte
	Same   int // length of what Live and Synced have in common at their start
}

// NewDisk returns an empty disk.
func NewDisk(c *Crash) *Disk {
	return &Disk{Crash: c, Files: map[string]*File{}, Locks: map[string]bool{}, ops: map[string]int{}}
}

// Tear is what a crash does to bytes that were not synced.
type Tear int

const (
	keepAll  Tear = iota // all reach the disk
	loseAll              // none does
	tearOff              // the first two thirds do
	tearHole             // the last third does, behind zeros
	// Tears is the number of ways in which a crash can tear what was not synced.
	Tears // number of the above
)

// Reboot returns the disk as the next process finds it.
func (d *Disk) Reboot(c *Crash, how Tear) *Disk {
	d.Mu.Lock()
	defer d.Mu.Unlock()
	next := NewDisk(c)
	next.Capacity, next.Place = d.Capacity, d.Place
	for name, f := range d.Files {
		if filepath.Base(name) == "reserve" { // large, and never read
			next.Files[name] = &File{Disk: next, Name: name, Live: f.Live, Synced: f.Synced}
			continue
		}
		content := bytes.Clone(f.Live)
		from, unsynced := f.Same, len(content)-f.Same
		switch {
		case how == loseAll:
			content = bytes.Clone(f.Synced)
		case how == tearOff && unsynced > 0:
			content = content[:from+unsynced*2/3]
		case how == tearHole && unsynced > 0:
			clear(content[from : from+unsynced*2/3])
		}
		next.Put(name, content)
	}
	return next
}

// Put puts a file on the disk that is synced.
func (d *Disk) Put(name string, content []byte) {
	d.Files[name] = &File{Disk: d, Name: name, Live: content, Synced: bytes.Clone(content), Same: len(content)}
}

// InPlace reports whether an open file still has its name.
func (d *Disk) InPlace(f files.File, name string) bool {
	d.Mu.Lock()
	defer d.Mu.Unlock()
	file, ok := f.(*File)
	return ok && d.Files[name] == file
}

// Identity returns Place.
func (d *Disk) Identity(string) string { return d.Place }

// op counts an operation. An error ends the operation without an effect.
func (d *Disk) op(op, name string) error {
	if d.Crash.point("before " + op + " of " + filepath.Base(name)) {
		return ErrDead
	}
	d.Mu.Lock()
	d.ops[op]++
	n := d.ops[op]
	d.Mu.Unlock()
	if d.Fail != nil {
		return d.Fail(op, filepath.Base(name), n)
	}
	return nil
}

// MakeDir makes a folder.
func (d *Disk) MakeDir(dir string) error { return d.op("mkdir", dir) }

// Open opens a file, or makes it.
func (d *Disk) Open(name string) (files.File, error) {
	if err := d.op("open", name); err != nil {
		return nil, err
	}
	d.Mu.Lock()
	defer d.Mu.Unlock()
	f := d.Files[name]
	if f == nil {
		f = &File{Disk: d, Name: name}
		d.Files[name] = f
	}
	return f, nil
}

// OpenRead opens a file that exists.
func (d *Disk) OpenRead(name string) (files.File, error) {
	d.Mu.Lock()
	defer d.Mu.Unlock()
	if f := d.Files[name]; f != nil {
		return f, nil
	}
	return nil, os.ErrNotExist
}

// CreateTemp makes a file beside name.
func (d *Disk) CreateTemp(name string) (files.File, string, error) {
	temp := name + ".tmp"
	f, err := d.Open(temp)
	return f, temp, err
}

// Rename renames a file, over another one too.
func (d *Disk) Rename(from, to string) error {
	if err := d.op("rename", to); err != nil {
		return err
	}
	d.Mu.Lock()
	defer d.Mu.Unlock()
	f := d.Files[from]
	delete(d.Files, from)
	d.Files[to] = f
	return nil
}

// RenameNew renames a file where no other one is.
func (d *Disk) RenameNew(from, to string) error {
	d.Mu.Lock()
	exists := d.Files[to] != nil
	d.Mu.Unlock()
	if exists {
		return os.ErrExist
	}
	return d.Rename(from, to)
}

// Remove removes a file.
func (d *Disk) Remove(name string) error {
	if err := d.op("remove", name); err != nil {
		return err
	}
	d.Mu.Lock()
	defer d.Mu.Unlock()
	delete(d.Files, name)
	return nil
}

// Lock takes a lock until it is closed.
func (d *Disk) Lock(name string) (io.Closer, error) {
	if err := d.op("lock", name); err != nil {
		return nil, err
	}
	d.Mu.Lock()
	defer d.Mu.Unlock()
	if d.Locks[name] {
		return nil, files.ErrLocked
	}
	d.Locks[name] = true
	return unlocker(func() error {
		d.Mu.Lock()
		defer d.Mu.Unlock()
		d.Locks[name] = false
		return nil
	}), nil
}

type unlocker func() error

func (u unlocker) Close() error { return u() }

// ReadAt implements [io.ReaderAt].
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	f.Disk.Mu.Lock()
	defer f.Disk.Mu.Unlock()
	if off >= int64(len(f.Live)) {
		return 0, io.EOF
	}
	n := copy(p, f.Live[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt implements [io.WriterAt].
func (f *File) WriteAt(p []byte, off int64) (int, error) {
	if err := f.Disk.op("write", f.Name); err != nil {
		return 0, err
	}
	if len(p) > 1 && f.Disk.Crash.point("in the write of "+filepath.Base(f.Name)) {
		p = p[:len(p)/2]
		f.put(p, off)
		return len(p), ErrDead
	}
	if !f.put(p, off) {
		return 0, syscall.ENOSPC
	}
	if f.Disk.Crash.point("after the write of " + filepath.Base(f.Name)) {
		return len(p), ErrDead
	}
	return len(p), nil
}

// put writes as far as there is room, and reports whether there was room for all.
func (f *File) put(p []byte, off int64) bool {
	f.Disk.Mu.Lock()
	defer f.Disk.Mu.Unlock()
	whole := true
	if limit := f.Disk.Capacity; limit > 0 {
		used := int64(0)
		for _, other := range f.Disk.Files {
			if other != f {
				used += int64(len(other.Live))
			}
		}
		if room := max(limit-used-off, 0); int64(len(p)) > room {
			p, whole = p[:room], false
		}
	}
	if need := int(off) + len(p); need > len(f.Live) {
		f.Live = append(f.Live, make([]byte, need-len(f.Live))...)
	}
	copy(f.Live[off:], p)
	f.Same = min(f.Same, int(off))
	return whole
}

// Sync makes what was written survive a crash.
func (f *File) Sync() error {
	if err := f.Disk.op("sync", f.Name); err != nil {
		return err
	}
	f.Disk.Mu.Lock()
	f.Synced = append(f.Synced[:f.Same], f.Live[f.Same:]...)
	f.Same = len(f.Live)
	f.Disk.Mu.Unlock()
	if f.Disk.Crash.point("after the sync of " + filepath.Base(f.Name)) {
		return ErrDead
	}
	return nil
}

// Truncate cuts the file.
func (f *File) Truncate(size int64) error {
	if err := f.Disk.op("truncate", f.Name); err != nil {
		return err
	}
	f.Disk.Mu.Lock()
	defer f.Disk.Mu.Unlock()
	f.Live = f.Live[:min(int(size), len(f.Live))]
	f.Same = min(f.Same, len(f.Live))
	return nil
}

// Size returns the length of the file.
func (f *File) Size() (int64, error) {
	f.Disk.Mu.Lock()
	defer f.Disk.Mu.Unlock()
	return int64(len(f.Live)), nil
}

// Close does nothing.
func (f *File) Close() error { return nil }
