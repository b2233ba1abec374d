package imports

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// failure returns the failure of an import that ran, nil when it is complete.
func (j *job) failure(p *plan, ran *bulk.Summary) *failure.Failure {
	pending, unknown := ran.Counts[record.Pending], ran.Counts[record.Unknown]
	f := &failure.Failure{Exit: ran.ExitCode(), Code: "rows_refused", Retryable: pending+ran.InDoubt > 0, Outcome: failure.OutcomePartial}
	switch {
	case ran.Stop != nil && ran.Stop.Reason == bulk.StopApproval && f.Exit == failure.ExitOK:
		return nil
	case ran.Stop != nil:
		describeStop(f, p, ran)
	case f.Exit == failure.ExitServer && verifyFailure(ran) != nil:
		return verifyFailure(ran)
	case f.Exit == failure.ExitUnknown:
		f.Code, f.Retryable = "outcome_unknown", false
		f.Message = cli.Plural(int64(unknown), "row") + " may have been created: the answers were lost, and the customers were not found"
		f.Hint = "look for the customers, then: hydractl imports resume " + p.ref() + " --assume-created (or --resend-unknown)"
	case f.Exit != failure.ExitOK:
		refused := ran.Counts[record.Rejected] + ran.Counts[record.Invalid]
		f.Message = fmt.Sprintf("%d of %s were refused", refused, cli.Plural(int64(ran.Rows), "row"))
		f.Hint = "hydractl imports rejects " + p.ref() + " --out FILE writes them with the reasons; fix the rows and import that file"
	default:
		return nil
	}
	switch {
	case j.once.rehearse:
		f.Message, f.Outcome, f.Retryable = "rehearsal: "+f.Message, failure.OutcomeNone, false
		f.Hint = "--rejects FILE writes the refused rows with the reasons; nothing was created"
	case f.Exit == failure.ExitRejected:
		f.Outcome = failure.OutcomeNone
	case f.Exit == failure.ExitUnknown, isSignal(f.Exit) && unknown > 0:
		f.Outcome = failure.OutcomeUnknown
	}
	return f
}

// describeStop makes f the failure of an import that ended early.
func describeStop(f *failure.Failure, p *plan, ran *bulk.Summary) {
	stop := ran.Stop
	resume := "hydractl imports resume " + p.ref() + " (or the same command)"
	left := cli.Plural(int64(ran.Counts[record.Pending]+ran.InDoubt), "row") + " left"
	if ran.InDoubt > 0 {
		left += fmt.Sprintf(" (%d unconfirmed)", ran.InDoubt)
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
	case stop.Reason == bulk.StopInterrupted && (f.Exit == failure.ExitOK || isSignal(ended)):
		f.Exit = ended
		f.Message = cli.Describe(stop.Err) + " with " + left
	}
}

// stopText is why an import has stopped.
func stopText(stop *bulk.StopError) string {
	text := map[bulk.StopReason]string{
		bulk.StopAddress:   "there is no HydraCore at this address",
		bulk.StopNoSource:  "the customer to clone is gone",
		bulk.StopAuth:      "the credential is refused",
		bulk.StopRateLimit: "the server asks for a pause that is too long",
		bulk.StopErrors:    "too many rows were refused, the last one with",
		bulk.StopCanary:    "one of the first rows was not created as sent",
		bulk.StopExisting:  "a customer exists already (--on-exists error)",
		bulk.StopApproval:  "the first rows are created",
		bulk.StopServer:    "cannot talk to the server",
		bulk.StopOutage:    "the server kept failing for too long",
		bulk.StopContract:  "the server's answers are not HydraCore's",
		bulk.StopJournal:   "the journal cannot be written",
		bulk.StopFile:      "the file has changed since it was checked",

		bulk.StopInterrupted: "interrupted",
	}[stop.Reason]
	switch {
	case stop.Err == nil:
		return text
	case text == "": // a redirect describes itself
		return cli.Describe(stop.Err)
	}
	return text + ": " + cli.Describe(stop.Err)
}

func isSignal(exit int) bool { return exit == failure.ExitInterrupt || exit == failure.ExitTerminated }

// reportFailure is the failure of an import of which a report could not be written. ran is nil for a dry run, and before is the
// import's own failure, or nil.
func (j *job) reportFailure(p *plan, ran *bulk.Summary, before *failure.Failure, err error) *failure.Failure {
	f := &failure.Failure{Exit: failure.ExitJournal, Code: "report_unwritable", Message: strings.ReplaceAll(err.Error(), "\n", "; "), Cause: err, Outcome: failure.OutcomeNone}
	if j.once.rehearse || ran == nil {
		return f
	}
	f.Retryable, f.Hint = true, "to write it: hydractl imports resume "+p.ref()+" with --results or --rejects; nothing is sent twice"
	if ran.Sends > 0 {
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
