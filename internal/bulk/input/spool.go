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
	copied := make(chan error, 1)
	go func() {
		n, err := io.Copy(file, io.LimitReader(in, limit+1))
		if err == nil && n > limit {
			err = tooLong
		}
		copied <- err
	}()
	select {
	case err = <-copied:
	case <-ctx.Done(): // the read may hang for ever: it is left behind, and has no file to write to
		err = context.Cause(ctx)
	}
	if err == nil {
		return file, nil
	}
	removed := errors.Join(file.Close(), os.Remove(file.Name()))
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
