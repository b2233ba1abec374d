package cli

import (
	"fmt"
	"os"

	"github.com/hydracore/hydractl/internal/failure"
)

// openDebugFile opens the file of --debug-file to add to it: several commands may tell one story. It is made for its
// owner alone; one that others can read, that is no plain file, or that a symbolic link points to is refused.
func openDebugFile(path string) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, failure.Invalidf("--debug-file", "%s is no regular file", path)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|noFollow, 0o600)
	if err != nil {
		return nil, fmt.Errorf("--debug-file: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = failure.Invalidf("--debug-file", "%s is no regular file", path)
	}
	if err == nil && !Private(info) {
		refusal := failure.Invalidf("--debug-file", "%s belongs to somebody else or can be read by others", path)
		refusal.Hint = "chmod 600 " + ShellWord(path) + ", or name another file"
		err = refusal
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
