package input

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// openInput opens the file that is read: the user's own, or a copy in dir of what can be read only once.
func openInput(ctx context.Context, path string, stdin io.Reader, dir string) (file *os.File, spooled bool, err error) {
	if path == "-" {
		file, err = spool(ctx, stdin, dir)
		return file, true, err
	}
	if file, err = os.Open(path); err != nil { // waits for the writer of a FIFO
		return nil, false, &Error{File: path, Msg: unwrapPath(err).Error()}
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = &Error{File: path, Msg: "this is a folder; name a file"}
	case info.Mode().IsRegular():
		return file, false, nil
	default:
		var copied *os.File
		copied, err = spool(ctx, file, dir)
		return copied, true, errors.Join(err, file.Close())
	}
	return nil, false, errors.Join(err, file.Close())
}

// spool copies in to a new file in dir that only its owner can read.
func spool(ctx context.Context, in io.Reader, dir string) (*os.File, error) {
	file, err := os.CreateTemp(dir, "input-*")
	if err != nil {
		return nil, fmt.Errorf("keep a copy of the input: %w", err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(file, &cancelled{ctx, in})
		if err != nil {
			err = errors.Join(err, file.Close())
		}
		done <- err
	}()
	select {
	case err = <-done:
	case <-ctx.Done(): // the read may hang for ever, so it is left behind
		err = context.Cause(ctx)
	}
	if err == nil {
		return file, nil
	}
	err = errors.Join(fmt.Errorf("keep a copy of the input in %s: %w", dir, err), os.Remove(file.Name()))
	return nil, err
}

// cancelled is a reader that ends with its context.
type cancelled struct {
	ctx context.Context //nolint:containedctx // lives for one copy
	in  io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.in.Read(p)
}

// unwrapPath drops the operation and the path, which the message names already.
func unwrapPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
