package bulk

import (
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

// Summary is what a run came to.
type Summary struct {
	Rows int
	// Counts are the rows by state and add up to Rows; a row still unconfirmed when the run stopped counts as Unknown.
	Counts map[record.State]int
	// BySearch is how many of the created rows were confirmed by a search, since their answer was lost.
	BySearch int
	// OtherData is how many of the existing customers have other data than their row.
	OtherData int
	// InDoubt is how many of the unknown rows the next run will reconcile.
	InDoubt int
	// Requests were made by this run, reads included. Posts are all sends of all runs, Retries those beyond a row's
	// first.
	Requests, Posts, Retries int
	Started, Finished        time.Time
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
		Started: r.started, Finished: time.Now(), Stop: stop,
	}
	s.Posts, s.Retries = r.journal.Sends()
	s.BySearch, s.OtherData = r.journal.BySearch(), r.journal.OtherData()
	if s.InDoubt = s.Counts[record.InDoubt]; s.InDoubt > 0 {
		s.Counts[record.Unknown] += s.InDoubt
		delete(s.Counts, record.InDoubt)
	}
	if r.options.Skip == nil {
		return s
	}
	for row := range s.Rows {
		if state, _ := r.journal.State(row); state != record.Pending {
			continue
		}
		if state, out := r.options.Skip(row); out {
			s.Counts[record.Pending]--
			s.Counts[state]++
		}
	}
	if s.Counts[record.Pending] == 0 {
		delete(s.Counts, record.Pending)
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
