package cli

import (
	"errors"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// fromBulk reads what an import says before it begins: a journal that cannot be used, a plan that is not as expected.
func (r *Report) fromBulk(err error) bool {
	if e, ok := errors.AsType[*journal.Error](err); ok {
		r.Code, r.Message, r.ExitCode, r.Hint = e.Code, e.Error(), failure.ExitJournal, journalHint(e)
		return true
	}
	if e, ok := errors.AsType[*bulk.PlanError](err); ok {
		r.Code, r.Message, r.ExitCode = e.Code, e.Error(), failure.ExitUsage
		if e.Code == "missing_scope" {
			r.ExitCode = failure.ExitAuth
		}
		return true
	}
	if e, ok := errors.AsType[*bulk.StopError](err); ok {
		end := bulk.Summary{Stop: e}
		r.Code, r.Message, r.ExitCode = string(e.Reason), StopText(e), end.ExitCode()
		return true
	}
	return false
}

// journalHint says what to do about a journal that cannot be used.
func journalHint(e *journal.Error) string {
	switch e.Code {
	case "journal_in_use":
		return "wait for the other process, or look at it with hydractl imports show " + ShellWord(filepath.Base(e.Dir))
	case "journal_unwritable":
		return "mend the disk or the permissions of " + e.Dir + ", then the same command goes on"
	case "journal_damaged":
		return "keep " + e.Dir + ": it tells what was sent before the damage; look for the other customers before you send them again"
	case "journal_mismatch":
		return "--journal DIR keeps an import apart from this one"
	}
	return ""
}

func StopText(stop *bulk.StopError) string {
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
	return text + ": " + ErrorText(stop.Err)
}

// contextExit is the exit code for the cause of a context that has ended.
func ContextExit(cause error) int {
	if errors.Is(cause, ErrTimeout) {
		return failure.ExitTimeout
	}
	if i, ok := errors.AsType[Interrupted](cause); ok {
		return i.exitCode()
	}
	return failure.ExitInterrupt
}

func ErrorText(err error) string {
	if err == nil {
		return "by the context"
	}
	return Describe(err)
}
