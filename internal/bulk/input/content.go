package input

import (
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"sync/atomic"

	"github.com/hydracore/hydractl/internal/files"
)

// blockBytes is how much of a file is read and compared at once.
const blockBytes = 64 << 10

// content remembers a digest of each block of a file from the first pass on, so that no later pass reads other content than
// was checked, whatever the file's times say. It is safe for concurrent use.
type content struct {
	seed    maphash.Seed
	digests []atomic.Uint64 // by block, 0 for one that was not read yet
	ctime   atomic.Int64    // of the file when its content was last compared, in nanoseconds
}

func newContent(info fs.FileInfo) *content {
	c := &content{seed: maphash.MakeSeed(), digests: make([]atomic.Uint64, (info.Size()+blockBytes-1)/blockBytes)}
	c.ctime.Store(files.ChangeTime(info))
	return c
}

// same reports whether a block is what it was when it was first read.
func (c *content) same(block int64, text []byte) bool {
	digest := max(maphash.Bytes(c.seed, text), 1)
	return c.digests[block].CompareAndSwap(0, digest) || c.digests[block].Load() == digest
}

// blockReader reads a file from its start, and fails when it has changed.
type blockReader struct {
	file  *File
	block int64
	buf   []byte
	rest  []byte // of the latest block, in buf
}

// reader reads the file from its start.
func (f *File) reader() io.Reader { return &blockReader{file: f, buf: make([]byte, blockBytes)} }

func (r *blockReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	r.file.at.Add(int64(n))
	return n, nil
}

func (r *blockReader) next() error {
	f, from := r.file, r.block*blockBytes
	changed := fmt.Errorf("%s: %w", f.name, ErrChanged)
	block := r.buf[:max(min(f.Size-from, blockBytes), 0)]
	if n, err := f.file.ReadAt(block, from); n < len(block) {
		return fmt.Errorf("%w (%v)", changed, err) //nolint:errorlint // io.EOF is not the end here
	}
	switch {
	case f.modified():
		return changed
	case len(block) == 0:
		return io.EOF
	case !f.content.same(r.block, block):
		return changed
	}
	r.rest = block
	r.block++
	return nil
}

// rewritten reports whether the file's content has changed, where its change time says that it may have: that of a file that
// was renamed or linked, or whose mode was changed, is another one too.
func (f *File) rewritten() bool {
	info, err := f.file.Stat()
	if err != nil {
		return true
	}
	ctime := files.ChangeTime(info)
	if ctime == f.content.ctime.Load() {
		return false
	}
	if _, err := io.Copy(io.Discard, f.reader()); err != nil {
		return true
	}
	f.content.ctime.Store(ctime)
	return false
}
