package input

import (
	"fmt"
	"hash/maphash"
	"io"
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

func newContent(size int64) *content {
	return &content{seed: maphash.MakeSeed(), digests: make([]atomic.Uint64, (size+blockBytes-1)/blockBytes)}
}

// same reports whether a block is what it was when it was first read.
func (c *content) same(block int64, text []byte) bool {
	digest := max(maphash.Bytes(c.seed, text), 1)
	return c.digests[block].CompareAndSwap(0, digest) || c.digests[block].Load() == digest
}

// blockReader reads a file from its start and fails at a block that has changed.
type blockReader struct {
	source *Source
	block  int64
	buf    []byte
	rest   []byte // of the latest block, in buf
}

func (r *blockReader) Read(p []byte) (int, error) {
	if len(r.rest) > 0 {
		n := copy(p, r.rest)
		r.rest = r.rest[n:]
		return n, nil
	}
	size := min(r.source.Size-r.block*blockBytes, blockBytes)
	if size <= 0 {
		return 0, io.EOF
	}
	text := p
	if int64(len(p)) < size {
		if r.buf == nil {
			r.buf = make([]byte, blockBytes)
		}
		text = r.buf
	}
	text = text[:size]
	if n, err := r.source.file.ReadAt(text, r.block*blockBytes); int64(n) < size {
		return 0, fmt.Errorf("%s: %w (%w)", r.source.Name, ErrChanged, err)
	}
	if !r.source.content.same(r.block, text) {
		return 0, fmt.Errorf("%s: %w", r.source.Name, ErrChanged)
	}
	r.block++
	if int64(len(p)) >= size {
		return int(size), nil
	}
	n := copy(p, text)
	r.rest = text[n:]
	return n, nil
}

// rewritten reports whether the file's content has changed, where its change time says that it may have: that of a file that
// was renamed or linked, or whose mode was changed, is another one too.
func (s *Source) rewritten() bool {
	info, err := s.file.Stat()
	if err != nil {
		return true
	}
	ctime := files.ChangeTime(info)
	if ctime == s.content.ctime.Load() {
		return false
	}
	if _, err := io.Copy(io.Discard, &blockReader{source: s}); err != nil {
		return true
	}
	s.content.ctime.Store(ctime)
	return false
}
