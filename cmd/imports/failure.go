package imports

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// importFailure returns the error of an import, nil when it is complete. It sets the exit code of the summary.
func importFailure(p *plan, r *result, s *summary) *failure.Failure {
	if r.summary == nil {
		return nil
	}
	s.ExitCode = r.summary.ExitCode()
	f := &failure.Failure{Code: "rows_refused", Retryable: s.Counts["pending"]+r.summary.InDoubt > 0, Outcome: failure.OutcomePartial}
	switch {
	case r.summary.Stop != nil && r.summary.Stop.Reason == bulk.StopApproval && s.ExitCode == failure.ExitOK:
		return nil
	case r.summary.Stop != nil:
		stopped(f, p, r, s)
	case s.ExitCode == failure.ExitServer && verifyFailure(r.summary) != nil:
		return verifyFailure(r.summary)
	case s.ExitCode == failure.ExitUnknown:
		f.Code, f.Retryable = "outcome_unknown", false
		f.Message = cli.Plural(int64(s.Counts["unknown"]), "row") + " may have been created: the answers were lost, and the customers were not found"
		f.Hint = "look for the customers, then: hydractl imports resume " + p.ref() + " --assume-created (or --resend-unknown)"
	case s.ExitCode != failure.ExitOK:
		refused := s.Counts["rejected"] + s.Counts["invalid"]
		f.Message = fmt.Sprintf("%d of %s were refused", refused, cli.Plural(int64(s.Rows), "row"))
		f.Hint = "hydractl imports rejects " + p.ref() + " --out FILE writes them with the reasons; fix the rows and import that file"
	default:
		return nil
	}
	f.Exit = s.ExitCode
	switch {
	case r.rehearsal:
		f.Message, f.Outcome, f.Retryable = "rehearsal: "+f.Message, failure.OutcomeNone, false
		f.Hint = "--rejects FILE writes the refused rows with the reasons; nothing was created"
	case s.ExitCode == failure.ExitRejected:
		f.Outcome = failure.OutcomeNone
	case s.ExitCode == failure.ExitUnknown, isSignal(s.ExitCode) && s.Counts["unknown"] > 0:
		f.Outcome = failure.OutcomeUnknown
	}
	return f
}

// stopped is the failure of an import that ended early.
func stopped(f *failure.Failure, p *plan, r *result, s *summary) {
	stop, unconfirmed := r.summary.Stop, r.summary.InDoubt
	resume := "hydractl imports resume " + p.ref() + " (or the same command)"
	left := cli.Plural(int64(s.Counts["pending"]+unconfirmed), "row") + " left"
	if unconfirmed > 0 {
		left += fmt.Sprintf(" (%d unconfirmed)", unconfirmed)
	}
	f.Code, f.Cause, f.Hint = string(stop.Reason), stop.Err, "to resume: "+resume
	f.Message = "the import stopped with " + left + ": " + stopText(stop)
	switch ended := cli.ContextExit(stop.Err); {
	case errors.Is(stop.Err, journal.ErrRemoved):
		f.Hint = "the same command starts another import of the file: rows whose email a customer has are not created again"
	case stop.Reason == bulk.StopExisting:
		f.Hint = "to leave existing customers as they are: the same command with --on-exists skip"
	case stop.Reason == bulk.StopAuth:
		f.Hint = "to resume with another key, or after hydractl auth login: " + resume
	case stop.Reason == bulk.StopInterrupted && (s.ExitCode == failure.ExitOK || isSignal(ended)):
		s.ExitCode = ended
		f.Message = cli.Describe(stop.Err) + " with " + left
	}
}

func isSignal(exit int) bool { return exit == failure.ExitInterrupt || exit == failure.ExitTerminated }

// reportFailure is the failure of an import of which a report could not be written; before is the import's own, or nil.
func reportFailure(p *plan, r *result, s *summary, before *failure.Failure, err error) *failure.Failure {
	s.ExitCode = failure.ExitJournal
	f := &failure.Failure{Exit: failure.ExitJournal, Code: "report_unwritable", Message: strings.ReplaceAll(err.Error(), "\n", "; "), Cause: err, Outcome: failure.OutcomeNone}
	if r.rehearsal || r.summary == nil {
		return f
	}
	f.Retryable, f.Hint = true, "to write it: hydractl imports resume "+p.ref()+" with --results or --rejects; nothing is sent twice"
	if r.summary.Sends > 0 {
		f.Outcome = failure.OutcomePartial
	}
	if before != nil {
		f.Message = before.Message + "; and " + f.Message
		if before.Outcome == failure.OutcomeUnknown {
			f.Outcome = failure.OutcomeUnknown
		}
	}
	return f
}
