package imports

import (
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// TestMeter_WaitingCountsDown checks what a bar says while nothing is left but rows without an answer.
func TestMeter_WaitingCountsDown(t *testing.T) {
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := &importProgress{quiet: time.Minute, moved: began}
	for _, step := range []struct {
		after            time.Duration
		pending, inDoubt int
		want             string
	}{
		{0, 5, 10, ""},
		{10 * time.Second, 0, 10, ""},
		{11 * time.Second, 0, 10, ""},
		{22 * time.Second, 0, 10, "Waiting up to 48s to confirm 10 rows"},
		{23 * time.Second, 0, 1, "Waiting up to 47s to confirm 1 row"},
		{75 * time.Second, 0, 1, "Waiting to confirm 1 row"},
		{76 * time.Second, 0, 0, ""},
		{80 * time.Second, 0, 2, ""},
		{84 * time.Second, 0, 2, "Waiting up to 56s to confirm 2 rows"},
	} {
		counts := map[record.State]int{record.Pending: step.pending, record.InDoubt: step.inDoubt}
		if got := m.waiting(counts, began.Add(step.after)); got != step.want {
			t.Errorf("after %v: %q, want %q", step.after, got, step.want)
		}
	}
}
