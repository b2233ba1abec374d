package imports

import (
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// importFailure is the error that an import ends in, nil when it did all that it was to do. It sets the exit code of
// the summary.
func importFailure(r importReport, s *importSummary) *failure.Failure {
	if r.dry || r.summary == nil {
		return nil
	}
	s.ExitCode = r.summary.ExitCode()
	f := &failure.Failure{Code: "rows_refused", Retryable: s.Counts["pending"]+r.summary.InDoubt > 0, Outcome: failure.OutcomePartial}
	switch {
	case r.summary.Stop != nil:
		stopped(f, r, s)
	case s.ExitCode == failure.ExitServer && verifyFailure(r) != nil:
		return verifyFailure(r)
	case s.ExitCode == failure.ExitUnknown:
		f.Code, f.Retryable = "outcome_unknown", false
		f.Message = cli.Plural(int64(s.Counts["unknown"]), "row") + " may have been created: their answers were lost, and they were not found"
		f.Hint = "look for them, then decide: hydractl imports resume " + r.ref() + " with --assume-created or --resend-unknown"
	case s.ExitCode != failure.ExitOK:
		refused := s.Counts["rejected"] + s.Counts["invalid"]
		f.Message = fmt.Sprintf("%d of %s were refused", refused, cli.Plural(int64(s.Rows), "row"))
		f.Hint = "hydractl imports rejects " + r.ref() + " --out FILE writes them with the reasons, to be mended and imported"
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
func stopped(f *failure.Failure, r importReport, s *importSummary) {
	stop, doubts := r.summary.Stop, r.summary.InDoubt
	again := "hydractl imports resume " + r.ref() + ", or the same command, goes on from here"
	left := cli.Plural(int64(s.Counts["pending"]+doubts), "row") + " left"
	if doubts > 0 {
		left += fmt.Sprintf(" (%d in doubt)", doubts)
		again += " and finds out what is in doubt"
	}
	f.Code, f.Cause, f.Hint = string(stop.Reason), stop.Err, again
	f.Message = "the import stopped with " + left + ": " + cli.StopText(stop)
	switch ended := cli.ContextExit(stop.Err); {
	case stop.Reason == bulk.StopAuth:
		f.Hint = "with another key, or after hydractl auth login, " + again
	case stop.Reason == bulk.StopInterrupted && (s.ExitCode == failure.ExitOK || isSignal(ended)):
		s.ExitCode = ended
		f.Message = cli.ErrorText(stop.Err) + " with " + left
	}
}

func isSignal(exit int) bool { return exit == failure.ExitInterrupt || exit == failure.ExitTerminated }

// reportFailure is the failure of an import of which a report could not be written; before is the import's own, or nil.
func reportFailure(r importReport, s *importSummary, before *failure.Failure, err error) *failure.Failure {
	s.ExitCode = failure.ExitJournal
	f := &failure.Failure{Exit: failure.ExitJournal, Code: "report_unwritable", Message: strings.ReplaceAll(err.Error(), "\n", "; "), Cause: err, Outcome: failure.OutcomeNone}
	if r.dry || r.rehearsal || r.summary == nil {
		return f
	}
	f.Retryable, f.Hint = true, "hydractl imports resume "+r.ref()+", with --results or --rejects, writes it; nothing is sent twice"
	if r.summary.Posts > 0 {
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
