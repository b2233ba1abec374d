package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/pkg/client"
)

// importFailure is the error that an import ends in, nil when it did all that it was to do. It sets the exit code of
// the summary.
func importFailure(r importReport, s *importSummary) *failure {
	if r.dry || r.summary == nil {
		return nil
	}
	s.ExitCode = r.summary.ExitCode()
	f := &failure{code: "rows_refused", retryable: s.Counts["pending"]+r.summary.InDoubt > 0, outcome: outcomePartial}
	switch {
	case r.summary.Stop != nil:
		f.stopped(r, s)
	case s.ExitCode == exitServer && verifyFailure(r) != nil:
		return verifyFailure(r)
	case s.ExitCode == exitUnknown:
		f.code, f.retryable = "outcome_unknown", false
		f.message = plural(int64(s.Counts["unknown"]), "row") + " may have been created: their answers were lost, and they were not found"
		f.hint = "look for them, then decide: hydractl imports resume " + r.ref() + " with --assume-created or --resend-unknown"
	case s.ExitCode != exitOK:
		refused := s.Counts["rejected"] + s.Counts["invalid"]
		f.message = fmt.Sprintf("%d of %s were refused", refused, plural(int64(s.Rows), "row"))
		f.hint = "hydractl imports rejects " + r.ref() + " --out FILE writes them with the reasons, to be mended and imported"
	default:
		return nil
	}
	f.exit = s.ExitCode
	switch {
	case r.rehearsal:
		f.message, f.outcome, f.retryable = "rehearsal: "+f.message, outcomeNone, false
		f.hint = "--rejects FILE writes the refused rows with the reasons; nothing was created"
	case s.ExitCode == exitRejected:
		f.outcome = outcomeNone
	case s.ExitCode == exitUnknown, isSignal(s.ExitCode) && s.Counts["unknown"] > 0:
		f.outcome = outcomeUnknown
	}
	return f
}

// stopped is the failure of an import that ended early.
func (f *failure) stopped(r importReport, s *importSummary) {
	stop, doubts := r.summary.Stop, r.summary.InDoubt
	again := "hydractl imports resume " + r.ref() + ", or the same command, goes on from here"
	left := plural(int64(s.Counts["pending"]+doubts), "row") + " left"
	if doubts > 0 {
		left += fmt.Sprintf(" (%d in doubt)", doubts)
		again += " and finds out what is in doubt"
	}
	f.code, f.cause, f.hint = string(stop.Reason), stop.Err, again
	f.message = "the import stopped with " + left + ": " + stopText(stop)
	switch ended := contextExit(stop.Err); {
	case stop.Reason == bulk.StopAuth:
		f.hint = "with another key, or after hydractl auth login, " + again
	case stop.Reason == bulk.StopInterrupted && (s.ExitCode == exitOK || isSignal(ended)):
		s.ExitCode = ended
		f.message = errorText(stop.Err) + " with " + left
	}
}

func isSignal(exit int) bool { return exit == exitInterrupt || exit == exitTerminated }

// reportFailure is the failure of an import of which a report could not be written; before is the import's own, or nil.
func reportFailure(r importReport, s *importSummary, before *failure, err error) *failure {
	s.ExitCode = exitJournal
	f := &failure{exit: exitJournal, code: "report_unwritable", message: strings.ReplaceAll(err.Error(), "\n", "; "), cause: err, outcome: outcomeNone}
	if r.dry || r.rehearsal || r.summary == nil {
		return f
	}
	f.retryable, f.hint = true, "hydractl imports resume "+r.ref()+", with --results or --rejects, writes it; nothing is sent twice"
	if r.summary.Posts > 0 {
		f.outcome = outcomePartial
	}
	if before != nil {
		f.message = before.message + "; and " + f.message
		if before.outcome == outcomeUnknown {
			f.outcome = outcomeUnknown
		}
	}
	return f
}

func stopText(stop *bulk.StopError) string {
	if e, ok := errors.AsType[*client.Error](stop.Err); ok && stop.Reason == bulk.StopRedirect {
		return redirectText(e)
	}
	text := map[bulk.StopReason]string{
		bulk.StopRedirect:  "the server redirects",
		bulk.StopAddress:   "there is no HydraCore at this address",
		bulk.StopNoSource:  "the customer to clone is gone",
		bulk.StopAuth:      "the credential is refused",
		bulk.StopRateLimit: "the server asks for a pause that is too long",
		bulk.StopErrors:    "too many rows were refused, the last one with",
		bulk.StopCanary:    "one of the first rows did not become what was sent",
		bulk.StopServer:    "the server cannot be spoken to",
		bulk.StopOutage:    "the server was in trouble for too long",
		bulk.StopContract:  "the server's answers are not HydraCore's",
		bulk.StopJournal:   "the journal cannot be written",
		bulk.StopFile:      "the file is not what was checked any more",

		bulk.StopInterrupted: "it was interrupted",
	}[stop.Reason]
	if stop.Err == nil {
		return text
	}
	return text + ": " + errorText(stop.Err)
}

func errorText(err error) string {
	if err == nil {
		return "by the context"
	}
	return words(err)
}

// contextExit is the exit code for the cause of a context that has ended.
func contextExit(cause error) int {
	if errors.Is(cause, errTimeout) {
		return exitTimeout
	}
	if i, ok := errors.AsType[Interrupted](cause); ok {
		return i.exitCode()
	}
	return exitInterrupt
}
