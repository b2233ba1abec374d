//go:build unix

package input

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

func TestSpool_FIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.csv")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no FIFOs here:", err)
	}
	go func() {
		if err := os.WriteFile(path, []byte("email\nann@example.com\n"), 0); err != nil {
			t.Error(err)
		}
	}()
	source, checked := checkFile(t, path, ReadOptions{}, Rules{})
	for range 2 { // a FIFO itself could be read only once
		if got := allValues(t, checked); len(got) != 1 || got[0][record.Email] != "ann@example.com" {
			t.Errorf("the rows are %q", got)
		}
	}
	if source.Path == path {
		t.Errorf("%s is no copy", source.Path)
	}
}
