package input

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/files"
)

// openInput opens the file that is read: the user's own, or a copy in dir of what can be read only once.
func openInput(ctx context.Context, path string, stdin io.Reader, dir string, limit int64) (file *os.File, copied *files.Held, err error) {
	if path == "-" {
		return spooled(spool(ctx, stdin, dir, limit))
	}
	if file, err = os.Open(path); err != nil { // waits for the writer of a FIFO
		return nil, nil, &Error{File: path, Msg: files.Reason(err).Error()}
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = &Error{File: path, Msg: "this is a folder; name a file"}
	case info.Mode().IsRegular():
		return file, nil, nil
	default:
		copied, err = spool(ctx, file, dir, limit)
		return spooled(copied, errors.Join(err, file.Close()))
	}
	return nil, nil, errors.Join(err, file.Close())
}

// spooled returns a copy as the file that is read.
func spooled(copied *files.Held, err error) (*os.File, *files.Held, error) {
	if err != nil {
		return nil, nil, err
	}
	return copied.File, copied, nil
}

// spoolPrefix starts the names of copies of the input.
const spoolPrefix = "hydractl-input-"

// spool copies in to a new file in dir that only its owner can read: at most limit bytes (0 for any number), and no more than nine
// tenths of what is free.
func spool(ctx context.Context, in io.Reader, dir string, limit int64) (*files.Held, error) {
	file, err := files.NewHeld(dir, spoolPrefix)
	if err != nil {
		return nil, fmt.Errorf("keep a copy of the input: %w", err)
	}
	tooLong := spoolLimit(filepath.Dir(file.Name()), &limit)
	done := make(chan error, 1)
	go func() {
		n, err := io.Copy(file, io.LimitReader(&cancelled{ctx, in}, limit+1))
		if err == nil && n > limit {
			err = tooLong
		}
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
	removed := os.Remove(file.Name())
	file.Release()
	if errors.Is(err, tooLong) {
		return nil, errors.Join(tooLong, removed)
	}
	return nil, errors.Join(fmt.Errorf("keep a copy of the input in %s: %w", dir, err), removed)
}

// spoolLimit lowers a limit to what is free, and returns the error of an input that is longer.
func spoolLimit(dir string, limit *int64) error {
	if *limit == 0 {
		*limit = math.MaxInt64 - 1
	}
	free, known := files.FreeSpace(dir)
	if most := free - free/10; known && most < *limit {
		*limit = most
		return &Error{File: "-", Msg: fmt.Sprintf("the input is larger than 90 %% of the %d MiB that are free in %s, where it is copied first; use a file in place of a pipe", free>>20, dir)}
	}
	return &Error{File: "-", Msg: fmt.Sprintf("the input is larger than %d bytes; --max-input SIZE allows more, and a file in place of a pipe has no limit", *limit)}
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
