package bulk

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
)

var errDead = errors.New("the process is dead")

// crasher numbers the points at which a process can die, and lets it die at one of them.
type crasher struct {
	mu    sync.Mutex
	count int
	at    int // the point to die at, 0 for none
	dead  bool
	where string
	kill  func()
}

// point is a place where the process may die; it tells whether it is dead.
func (c *crasher) point(where string) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return true
	}
	c.count++
	if c.count == c.at {
		c.dead, c.where = true, where
		if c.kill != nil {
			c.kill()
		}
	}
	return c.dead
}

func (c *crasher) isDead() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}

// simDisk is a disk in memory that knows what is synced.
type simDisk struct {
	crash    *crasher
	mu       sync.Mutex
	files    map[string]*simFile
	locks    map[string]bool
	capacity int64                              // of all files, 0 for endless
	fail     func(op, name string, n int) error // may fail the n-th operation of its sort
	ops      map[string]int
}

type simFile struct {
	disk   *simDisk
	name   string
	live   []byte
	synced []byte
	same   int // bytes that both begin with
}

func newDisk(c *crasher) *simDisk {
	return &simDisk{crash: c, files: map[string]*simFile{}, locks: map[string]bool{}, ops: map[string]int{}}
}

// tear says what a crash does to what was not synced.
type tear int

const (
	keepAll tear = iota
	loseAll
	tearOff  // a part of it reaches the disk
	tearHole // a part in the middle does not
	tears
)

// reboot gives the disk as the next process finds it.
func (d *simDisk) reboot(c *crasher, how tear) *simDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := newDisk(c)
	next.capacity = d.capacity
	for name, f := range d.files {
		if filepath.Base(name) == reserveFile { // large, and never read
			next.files[name] = &simFile{disk: next, name: name, live: f.live, synced: f.synced}
			continue
		}
		content := append([]byte(nil), f.live...)
		from := 0
		for from < len(f.synced) && from < len(content) && f.synced[from] == content[from] {
			from++
		}
		unsynced := len(content) - from
		switch {
		case how == loseAll:
			content = append([]byte(nil), f.synced...)
		case how == tearOff && unsynced > 0:
			content = content[:from+unsynced*2/3]
		case how == tearHole && unsynced > 0:
			clear(content[from : from+unsynced*2/3])
		}
		next.files[name] = &simFile{
			disk: next, name: name, live: content, synced: append([]byte(nil), content...), same: len(content),
		}
	}
	return next
}

// op counts an operation; its error ends it without an effect.
func (d *simDisk) op(op, name string) error {
	if d.crash.point("before " + op + " of " + filepath.Base(name)) {
		return errDead
	}
	d.mu.Lock()
	d.ops[op]++
	n := d.ops[op]
	d.mu.Unlock()
	if d.fail != nil {
		return d.fail(op, filepath.Base(name), n)
	}
	return nil
}

func (d *simDisk) MakeDir(dir string) error { return d.op("mkdir", dir) }

func (d *simDisk) Open(name string) (File, error) {
	if err := d.op("open", name); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[name]
	if f == nil {
		f = &simFile{disk: d, name: name}
		d.files[name] = f
	}
	return f, nil
}

func (d *simDisk) OpenRead(name string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[name]; f != nil {
		return f, nil
	}
	return nil, os.ErrNotExist
}

func (d *simDisk) CreateTemp(name string) (File, string, error) {
	temp := name + ".tmp"
	f, err := d.Open(temp)
	return f, temp, err
}

func (d *simDisk) Rename(from, to string) error {
	if err := d.op("rename", to); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[from]
	delete(d.files, from)
	d.files[to] = f
	return nil
}

func (d *simDisk) RenameNew(from, to string) error {
	d.mu.Lock()
	taken := d.files[to] != nil
	d.mu.Unlock()
	if taken {
		return os.ErrExist
	}
	return d.Rename(from, to)
}

func (d *simDisk) Remove(name string) error {
	if err := d.op("remove", name); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.files, name)
	return nil
}

func (d *simDisk) Lock(name string) (io.Closer, error) {
	if err := d.op("lock", name); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locks[name] {
		return nil, errLocked
	}
	d.locks[name] = true
	return unlocker(func() error {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.locks[name] = false
		return nil
	}), nil
}

type unlocker func() error

func (u unlocker) Close() error { return u() }

func (f *simFile) ReadAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if off >= int64(len(f.live)) {
		return 0, io.EOF
	}
	n := copy(p, f.live[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *simFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.disk.op("write", f.name); err != nil {
		return 0, err
	}
	if len(p) > 1 && f.disk.crash.point("in the write of "+filepath.Base(f.name)) {
		p = p[:len(p)/2]
		f.put(p, off)
		return len(p), errDead
	}
	if !f.put(p, off) {
		return 0, errDiskFull
	}
	if f.disk.crash.point("after the write of " + filepath.Base(f.name)) {
		return len(p), errDead
	}
	return len(p), nil
}

// put writes as far as there is room.
func (f *simFile) put(p []byte, off int64) bool {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	whole := true
	if limit := f.disk.capacity; limit > 0 {
		used := int64(0)
		for _, other := range f.disk.files {
			if other != f {
				used += int64(len(other.live))
			}
		}
		if room := max(limit-used-off, 0); int64(len(p)) > room {
			p, whole = p[:room], false
		}
	}
	if need := int(off) + len(p); need > len(f.live) {
		f.live = append(f.live, make([]byte, need-len(f.live))...)
	}
	copy(f.live[off:], p)
	f.same = min(f.same, int(off))
	return whole
}

func (f *simFile) Sync() error {
	if err := f.disk.op("sync", f.name); err != nil {
		return err
	}
	f.disk.mu.Lock()
	f.synced = append(f.synced[:f.same], f.live[f.same:]...)
	f.same = len(f.live)
	f.disk.mu.Unlock()
	if f.disk.crash.point("after the sync of " + filepath.Base(f.name)) {
		return errDead
	}
	return nil
}

func (f *simFile) Truncate(size int64) error {
	if err := f.disk.op("truncate", f.name); err != nil {
		return err
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.live = f.live[:min(int(size), len(f.live))]
	f.same = min(f.same, len(f.live))
	return nil
}

func (f *simFile) Size() (int64, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return int64(len(f.live)), nil
}

func (f *simFile) Close() error { return nil }
