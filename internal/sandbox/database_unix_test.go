//go:build unix

package sandbox

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestDatabase_SpecialFilesAreRefused(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/null"} {
		_, status := Status(path)
		for _, err := range []error{startErr(t, Options{DB: path}), status, Reset(path, 1)} {
			if !errors.Is(err, ErrOption) || !strings.Contains(err.Error(), "is not a regular file") {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}
