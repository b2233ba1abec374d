package files

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// WaitLock takes the lock of a path, a file beside it, and waits for it at most so long. A symbolic link in the
// place of the lock is never followed.
func WaitLock(ctx context.Context, path string, longest time.Duration) (unlock func(), err error) {
	const between = 20 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	for {
		held, err := Disk().Lock(path + ".lock")
		if err == nil {
			return func() { _ = held.Close() }, nil
		}
		if !errors.Is(err, ErrLocked) {
			return nil, fmt.Errorf("cannot lock %s: %w", path, err)
		}
		select {
		case <-time.After(between):
		case <-ctx.Done():
			return nil, fmt.Errorf("cannot lock %s: %w: %w", path, err, context.Cause(ctx))
		}
	}
}
