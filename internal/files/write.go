package files

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Error is a file that could not be written. Nothing of it was kept, and what was in its place before is unchanged.
type Error struct {
	Path string
	Err  error // without the name of the temporary file, which means nothing to the user
}

// Error returns one line.
func (e *Error) Error() string { return "cannot write " + e.Path + ": " + e.Err.Error() }

// Unwrap returns the system's error.
func (e *Error) Unwrap() error { return e.Err }

// WriteWhole writes a private file whole or not at all: beside its place under a name that ends in .part, which is made
// durable and then takes the place. Without replace a file that exists already, or appears meanwhile, is left alone, and
// the error is fs.ErrExist. An error of write is returned as it is, one of the disk as an *Error.
func WriteWhole(disk FS, path string, replace bool, write func(io.Writer) error) (err error) {
	failed := func(err error) error { return fileError(path, err) }
	file, temp, err := disk.CreateTemp(path)
	if err != nil {
		return failed(err)
	}
	defer func() {
		if err != nil {
			_ = disk.Remove(temp) // the first error is the reason
		}
	}()
	out := bufio.NewWriterSize(diskWriter{io.NewOffsetWriter(file, 0), path}, 256<<10)
	if err = write(out); err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = failed(file.Sync())
	}
	if closed := failed(file.Close()); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return err
	case replace:
		return failed(disk.Rename(temp, path))
	}
	return failed(disk.RenameNew(temp, path))
}

// Replace writes data to a private file, whole or not at all, in the place of what was there.
func Replace(path string, data []byte) error {
	return WriteWhole(Disk(), path, true, func(w io.Writer) error {
		_, err := bytes.NewReader(data).WriteTo(w)
		return err
	})
}

// Remove deletes a file, durably.
func Remove(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// diskWriter marks the errors of a file.
type diskWriter struct {
	w    io.Writer
	path string
}

func (d diskWriter) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	return n, fileError(d.path, err)
}

// fileError is nil for nil.
func fileError(path string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Path: path, Err: Reason(err)}
}

// Reason returns the system's error without the operation and the path around it.
func Reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// IsUnusable reports whether a path cannot be used as it is, whatever its disk: nothing is there, something else is, or the user or
// the mount does not allow it.
func IsUnusable(err error) bool {
	for _, reason := range []error{fs.ErrNotExist, fs.ErrPermission, syscall.EISDIR, syscall.ENOTDIR, syscall.EROFS, syscall.ELOOP, syscall.ENAMETOOLONG} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}
