package bulk

import (
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/failure"
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
	n := journal.Note{Event: journal.EventFinished, At: time.Now(), Counts: s.Counts}
	switch {
	case s.Stop != nil:
		n.Event, n.Reason = journal.EventStopped, string(s.Stop.Reason)
	case !s.final():
		n.Event, n.Reason = journal.EventStopped, "incomplete"
	}
	return n
}

// ExitCode returns the exit code of an import, 0 for an interrupted one without an unknown outcome: the signal has a code of
// its own.
func (s *Summary) ExitCode() int {
	reason := StopReason("")
	if s.Stop != nil {
		reason = s.Stop.Reason
	}
	unknown, rejected, invalid := s.Counts[record.Unknown], s.Counts[record.Rejected], s.Counts[record.Invalid]
	if reason == StopRedirect && unknown <= s.InDoubt {
		unknown = 0 // a redirected write counts as unconfirmed out of caution only
	}
	switch code := reason.exitCode(); {
	case code == failure.ExitJournal:
		return code
	case unknown > 0:
		return failure.ExitUnknown
	case reason != "":
		return code
	case s.Missing > 0 || s.Unread != nil:
		return failure.ExitServer
	case rejected == 0 && invalid == 0:
		return failure.ExitOK
	case rejected > 0 && rejected+invalid == s.Rows:
		return failure.ExitRejected
	}
	return failure.ExitPartial
}
