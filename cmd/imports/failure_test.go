package imports

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// TestImportFailure_RemovedJournal checks that the next step does not name a journal that is gone.
func TestImportFailure_RemovedJournal(t *testing.T) {
	t.Parallel()
	opened, err := journal.Open(files.Disk(), filepath.Join(t.TempDir(), "1"), journal.Header{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	for name, tt := range map[string]struct {
		err     error
		resumes bool
	}{
		"removed": {fmt.Errorf("journal: %w", journal.ErrRemoved), false},
		"full":    {syscall.ENOSPC, true},
	} {
		ran := &bulk.Summary{Stop: &bulk.StopError{Reason: bulk.StopJournal, Err: tt.err}, Counts: map[record.State]int{record.Pending: 2}}
		f := (&job{options: newOptions()}).failure(&plan{journal: opened}, ran)
		if f == nil || f.Exit != failure.ExitJournal || strings.Contains(f.Hint, "imports resume") != tt.resumes || !strings.Contains(f.Hint, "the same command") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
