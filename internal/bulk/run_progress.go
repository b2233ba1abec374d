package bulk

import (
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// Snapshot is how far a run has come.
type Snapshot struct {
	Rows int
	// Counts are the rows by state. Rows that validation took out count as Pending; those in doubt as InDoubt.
	Counts map[record.State]int
	// Requests were made by this run, reads included.
	Requests int
	// Interval is the time between two requests, 0 when nothing is known to bound them.
	Interval time.Duration
	// Slowed tells that Interval comes from a 429, and not from limits that are known.
	Slowed bool
	// PausedUntil is when a pause after a 429 ends, zero when there is none.
	PausedUntil time.Time
	// OutageSince is since when the server is in trouble, zero when it is not.
	OutageSince time.Time
}

// Snapshot tells how far the run has come, at any time and from any goroutine.
func (r *Runner) Snapshot() Snapshot {
	s := Snapshot{
		Rows: r.journal.Rows(), Counts: r.journal.Counts(), Requests: r.o.Pacer.Requests(), Interval: r.o.Pacer.Interval(),
		PausedUntil: r.o.Pacer.Paused(),
	}
	s.Slowed = s.Interval > 0 && r.o.Pacer.guesses()
	if since, _, _, out := r.breaker.outage(); out {
		s.OutageSince = since
	}
	return s
}
