package bulk

import (
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

// Summary is what a run came to.
type Summary struct {
	journal.Totals

	Rows int
	// Counts are the rows by state and add up to Rows; a row still unconfirmed when the run stopped counts as Unknown.
	Counts map[record.State]int
	// InDoubt is how many of the unknown rows the next run will reconcile.
	InDoubt int
	// Requests were made by this run, reads included.
	Requests          int
	Started, Finished time.Time
	// Stop is nil when every row has its final state.
	Stop *StopError
	// Missing is how many created customers were not found when they were read back, and Unread why that could not be done;
	// a run sets neither, see [Verify].
	Missing int
	Unread  error
}

func (r *Runner) summary(stop *StopError) *Summary {
	s := &Summary{
		Rows: r.journal.Rows(), Counts: r.journal.Counts(), Requests: r.options.Limiter.Pace().Requests,
		Started: r.started, Finished: time.Now(), Stop: stop, Totals: r.journal.Totals(),
	}
	if s.InDoubt = s.Counts[record.InDoubt]; s.InDoubt > 0 {
		s.Counts[record.Unknown] += s.InDoubt
		delete(s.Counts, record.InDoubt)
	}
	return s
}

// final reports whether every row has its final state.
func (s *Summary) final() bool { return s.Counts[record.Pending]+s.InDoubt == 0 }

// note returns the note that the run leaves in the journal.
func (s *Summary) note() journal.Note {
	n := journal.Note{Event: "finished", At: time.Now(), Counts: s.Counts}
	switch {
	case s.Stop != nil:
		n.Event, n.Reason = "stopped", string(s.Stop.Reason)
	case !s.final():
		n.Event, n.Reason = "stopped", "incomplete"
	}
	return n
}
