package files

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
)

// FileError is a file that could not be written. Nothing of it was kept, and what was in its place before stays.
type FileError struct {
	Path string
	Err  error // without the name of the temporary file, which means nothing to the user
}

func (e *FileError) Error() string { return "cannot write " + e.Path + ": " + e.Err.Error() }

func (e *FileError) Unwrap() error { return e.Err }

// WriteWhole writes a private file whole or not at all: beside its place under a name that ends in .part, which is made
// durable and then put there. Without replace a file that is there already, or appears meanwhile, is left alone, and
// the error holds fs.ErrExist. An error of write is returned as it is, one of the disk as a *FileError.
func WriteWhole(disk FS, path string, replace bool, write func(io.Writer) error) (err error) {
	failed := func(err error) error { return fileError(path, err) }
	file, temp, err := disk.CreateTemp(path)
	if err != nil {
		return failed(err)
	}
	defer func() {
		if err != nil {
			_ = disk.Remove(temp) // the first error tells why
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
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		err = e.Err
	}
	return &FileError{Path: path, Err: err}
}
