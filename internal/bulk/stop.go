package bulk

import (
	"context"
	"fmt"
	"sync"

	"github.com/hydracore/hydractl/internal/failure"
)

// StopReason is why a run ended before every row had its final state. The same command resumes it.
type StopReason string

// The reasons, with their exit codes.
const (
	StopRedirect    StopReason = "redirected"      // 2: the server sends writes elsewhere
	StopAddress     StopReason = "wrong_address"   // 2: there is no customers API at this address
	StopNoSource    StopReason = "source_gone"     // 3: the customer to clone is not there
	StopAuth        StopReason = "not_allowed"     // 4: the credential is refused
	StopRateLimit   StopReason = "rate_limited"    // 7: the pause asked for is longer than may be waited
	StopErrors      StopReason = "too_many_errors" // 8: too many rows were refused
	StopCanary      StopReason = "canary_failed"   // 8: one of the first rows did not become what was sent
	StopExisting    StopReason = "customer_exists" // 8: a customer exists, and that was to be an error
	StopApproval    StopReason = "canary_created"  // 0: the first rows are created, and the others were not approved
	StopServer      StopReason = "server_failed"   // 10: TLS or a proxy refuses
	StopOutage      StopReason = "outage"          // 10: the server was in trouble for too long
	StopContract    StopReason = "bad_answers"     // 10: the answers are not HydraCore's
	StopJournal     StopReason = "journal_failed"  // 11: the journal cannot be written
	StopFile        StopReason = "file_changed"    // 11: the input is not what was validated
	StopInterrupted StopReason = "interrupted"     // the context's cause: 130, 143, 124
)

// exitCode returns the exit code of a run that stopped for this reason and has no row with an unknown outcome.
func (r StopReason) exitCode() int {
	switch r {
	case StopRedirect, StopAddress:
		return failure.ExitUsage
	case StopNoSource:
		return failure.ExitNotFound
	case StopAuth:
		return failure.ExitAuth
	case StopRateLimit:
		return failure.ExitRateLimit
	case StopErrors, StopCanary, StopExisting:
		return failure.ExitPartial
	case StopServer, StopOutage, StopContract:
		return failure.ExitServer
	case StopJournal, StopFile:
		return failure.ExitJournal
	}
	return failure.ExitOK
}

// StopError ends a run early.
type StopError struct {
	Reason StopReason
	Err    error
}

// Error returns the reason and its cause.
func (e *StopError) Error() string {
	if e.Err == nil {
		return string(e.Reason)
	}
	return fmt.Sprintf("%s: %v", e.Reason, e.Err)
}

// Unwrap returns the cause.
func (e *StopError) Unwrap() error { return e.Err }

// stopper stops a run: the first reason stands, unless the journal fails later.
type stopper struct {
	mu     sync.Mutex
	err    *StopError
	cancel context.CancelCauseFunc // of the run's context
}

func (s *stopper) stop(reason StopReason, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil || reason == StopJournal && s.err.Reason != StopJournal {
		s.err = &StopError{Reason: reason, Err: err}
	}
	s.cancel(s.err)
}

// reason returns why the run stopped, nil when it came to its end.
func (s *stopper) reason(ctx context.Context) *StopError {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && ctx.Err() != nil {
		return &StopError{Reason: StopInterrupted, Err: context.Cause(ctx)}
	}
	return s.err
}
