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
