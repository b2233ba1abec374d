package bulk

import (
	"context"
	"errors"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// StopReason is why a run ended before every row had its final state. The same command goes on from there.
type StopReason string

// The reasons, with the exit codes that the command line's contract gives them.
const (
	StopRedirect    StopReason = "redirected"      // 2: the server sends writes elsewhere
	StopAddress     StopReason = "wrong_address"   // 2: there is no customers API at this address
	StopNoSource    StopReason = "source_gone"     // 3: the customer to clone is not there
	StopAuth        StopReason = "not_allowed"     // 4: the credential is refused
	StopRateLimit   StopReason = "rate_limited"    // 7: the pause asked for is longer than may be waited
	StopErrors      StopReason = "too_many_errors" // 8: too many rows were refused
	StopCanary      StopReason = "canary_failed"   // 8: one of the first rows did not become what was sent
	StopServer      StopReason = "server_failed"   // 10: TLS or a proxy refuses
	StopOutage      StopReason = "outage"          // 10: the server was in trouble for too long
	StopContract    StopReason = "bad_answers"     // 10: the answers are not HydraCore's
	StopJournal     StopReason = "journal_failed"  // 11: the journal cannot be written
	StopFile        StopReason = "file_changed"    // 11: the input is not what was validated
	StopInterrupted StopReason = "interrupted"     // the context's cause: 130, 143, 124
)

// StopError ends a run early.
type StopError struct {
	Reason StopReason
	Err    error
}

// Error names the reason and its cause.
func (e *StopError) Error() string {
	if e.Err == nil {
		return string(e.Reason)
	}
	return fmt.Sprintf("%s: %v", e.Reason, e.Err)
}

// Unwrap gives the cause.
func (e *StopError) Unwrap() error { return e.Err }

// stop ends the run; the first reason stands, unless the journal fails later.
func (r *Runner) stop(reason StopReason, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil || reason == StopJournal && r.stopped.Reason != StopJournal {
		r.stopped = &StopError{Reason: reason, Err: err}
	}
	r.cancel(r.stopped)
}

// reason is why the run ended, nil when it came to its end.
func (r *Runner) reason(ctx context.Context) *StopError {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil && ctx.Err() != nil {
		cause := context.Cause(ctx)
		stop, ok := errors.AsType[*StopError](cause)
		if !ok {
			stop = &StopError{Reason: StopInterrupted, Err: cause}
		}
		return stop
	}
	return r.stopped
}

// ExitCode is the exit code of an import (design: cli.md), 0 for an interrupted one without an outcome that is
// unknown: the signal has a code of its own.
func (s *Summary) ExitCode() int {
	reason := StopReason("")
	if s.Stop != nil {
		reason = s.Stop.Reason
	}
	switch reason {
	case StopJournal, StopFile:
		return 11
	}
	if n := s.Counts[record.Unknown]; n > 0 && (reason != StopRedirect || n > s.InDoubt) { // a redirect leaves doubt by caution only
		return 9
	}
	switch reason {
	case StopRedirect, StopAddress:
		return 2
	case StopNoSource:
		return 3
	case StopAuth:
		return 4
	case StopRateLimit:
		return 7
	case StopServer, StopOutage, StopContract:
		return 10
	case StopErrors, StopCanary:
		return 8
	case StopInterrupted:
		return 0
	}
	if s.Missing > 0 || s.Unread != nil {
		return 10
	}
	switch rejected := s.Counts[record.Rejected]; {
	case rejected == 0 && s.Counts[record.Invalid] == 0:
		return 0
	case rejected > 0 && rejected+s.Counts[record.Invalid] == s.Rows:
		return 6
	}
	return 8
}
