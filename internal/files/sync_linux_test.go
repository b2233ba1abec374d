package files

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

// TestSyncData_ReachesTheSystem syncs a pipe, which only the system refuses.
func TestSyncData_ReachesTheSystem(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := syncData(w); !errors.Is(err, syscall.EINVAL) {
		t.Errorf("a pipe was synced: %v", err)
	}
	if err := errors.Join(r.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
}
