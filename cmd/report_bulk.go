package cmd

import (
	"errors"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
)

// fromBulk reads what an import says before it begins: a journal that cannot be used, a plan that is not as expected.
func (r *report) fromBulk(err error) bool {
	if e, ok := errors.AsType[*journal.JournalError](err); ok {
		r.Code, r.Message, r.ExitCode, r.Hint = e.Code, e.Error(), exitJournal, journalHint(e)
		return true
	}
	if e, ok := errors.AsType[*bulk.PlanError](err); ok {
		r.Code, r.Message, r.ExitCode = e.Code, e.Error(), exitUsage
		if e.Code == "missing_scope" {
			r.ExitCode = exitAuth
		}
		return true
	}
	if e, ok := errors.AsType[*bulk.StopError](err); ok {
		end := bulk.Summary{Stop: e}
		r.Code, r.Message, r.ExitCode = string(e.Reason), stopText(e), end.ExitCode()
		return true
	}
	return false
}

// journalHint says what to do about a journal that cannot be used.
func journalHint(e *journal.JournalError) string {
	switch e.Code {
	case "journal_in_use":
		return "wait for the other process, or look at it with hydractl imports show " + shellWord(filepath.Base(e.Dir))
	case "journal_unwritable":
		return "mend the disk or the permissions of " + e.Dir + ", then the same command goes on"
	case "journal_damaged":
		return "keep " + e.Dir + ": it tells what was sent before the damage; look for the other customers before you send them again"
	case "journal_mismatch":
		return "--journal DIR keeps an import apart from this one"
	}
	return ""
}
