package input

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/hydracore/hydractl/internal/files"
)

// File is an input that is open: the user's own file, or a copy of what can be read only once.
type File struct {
	Path string // the file that is read: for stdin and FIFOs the copy of them
	Size int64  // bytes

	name     string // as the user named it; - is stdin
	file     *os.File
	info     fs.FileInfo            // of file as it was opened
	copied   *files.Held            // of stdin, nil for the user's own file or once it is kept
	at       atomic.Int64           // how far the pass under way has come, in bytes
	checksum atomic.Pointer[string] // SHA-256 in hex, nil until a pass has come to the end
	content  *content
}

// OpenFile opens an input: a path, or - for stdin. Stdin, FIFOs and devices are copied to a file in dir first, at most limit bytes of
// them (0 for any number); [File.Close] removes the copy. Errors are *Error, or those of the system.
func OpenFile(ctx context.Context, path string, stdin io.Reader, dir string, limit int64) (*File, error) {
	f := &File{name: path}
	if err := f.open(ctx, stdin, dir, limit); err != nil {
		return nil, err
	}
	info, err := f.file.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	f.Path, f.Size, f.info, f.content = f.file.Name(), info.Size(), info, newContent(info)
	return f, nil
}

// open opens the user's own file, or makes the copy of what can be read only once.
func (f *File) open(ctx context.Context, stdin io.Reader, dir string, limit int64) error {
	if f.name != "-" {
		file, err := os.Open(f.name) // waits for the writer of a FIFO
		if err != nil {
			return &Error{File: f.name, Msg: files.Reason(err).Error()}
		}
		info, err := file.Stat()
		switch {
		case err != nil:
			return errors.Join(err, file.Close())
		case info.IsDir():
			return errors.Join(&Error{File: f.name, Msg: "this is a folder; name a file"}, file.Close())
		case info.Mode().IsRegular():
			f.file = file
			return nil
		}
		defer func() { _ = file.Close() }()
		stdin = file
	}
	copied, err := spool(ctx, stdin, dir, limit)
	if err == nil {
		f.copied, f.file = copied, copied.File
	}
	return err
}

// KeepAs moves the copy of stdin to path, in a journal's folder, where it stays when the source is closed; an input that is no copy is
// left alone. No pass over the input may be under way.
func (f *File) KeepAs(path string) error {
	if f.copied == nil {
		return nil
	}
	if err := f.file.Close(); err != nil { // not every system moves an open file
		return err
	}
	err := files.Disk().Rename(f.Path, path)
	if err != nil {
		path = f.Path
	}
	file, openErr := os.Open(path)
	if openErr != nil {
		return errors.Join(err, openErr)
	}
	f.file, f.Path = file, path
	if f.copied.File = file; err == nil {
		f.copied.Release()
		f.copied = nil
	}
	return err
}

// Copied reports whether the input is a copy, of stdin or of what else can be read only once.
func (f *File) Copied() bool { return f.copied != nil }

// Close removes the copy of stdin, unless it is to be kept.
func (f *File) Close() error {
	err := f.file.Close()
	if f.copied != nil {
		err = errors.Join(err, os.Remove(f.file.Name()))
		f.copied.Release()
	}
	return err
}

// Passed is how many bytes of Size the latest pass over the input has read. It is safe for concurrent use.
func (f *File) Passed() int64 { return f.at.Load() }

// ErrChanged is the error of an input that is not the file any more that was opened.
var ErrChanged = errors.New("the file was changed while it was being read")

// Changed reports whether the file has grown, shrunk, been written to or been replaced since it was opened.
func (f *File) Changed() bool {
	if f.modified() {
		return true
	}
	now, err := os.Stat(f.Path)
	return err == nil && !os.SameFile(now, f.info) || f.rewritten()
}

// modified looks at the open file alone.
func (f *File) modified() bool {
	now, err := f.file.Stat()
	return err != nil || now.Size() != f.info.Size() || !now.ModTime().Equal(f.info.ModTime())
}

// SHA256 is the checksum of the file in hex. It costs a pass of its own unless one came to the end before, as that of
// [Validate] does.
func (f *File) SHA256() (string, error) {
	if f.checksum.Load() == nil {
		sum := sha256.New()
		if _, err := io.Copy(sum, f.reader()); err != nil {
			return "", err
		}
		f.setChecksum(sum)
	}
	return *f.checksum.Load(), nil
}

// setChecksum notes the sum of the whole file; nil leaves what is known.
func (f *File) setChecksum(sum hash.Hash) {
	if sum != nil {
		text := hex.EncodeToString(sum.Sum(nil))
		f.checksum.Store(&text)
	}
}
