package journal

import (
	"fmt"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// Error says why an import's journal cannot be used (exit code 11).
type Error struct {
	// Code is journal_in_use, journal_damaged, journal_unwritable, journal_mismatch, journal_continued or
	// journal_missing.
	Code string
	// Dir is the journal's directory.
	Dir string
	// Line is the damaged line, from 1; 0 when none is meant.
	Line int
	Err  error
}

// Error returns the journal and what is wrong with it.
func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("journal %s, line %d: %v", e.Dir, e.Line, e.Err)
	}
	return fmt.Sprintf("journal %s: %v", e.Dir, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Report describes the error to the user.
func (e *Error) Report() failure.Report {
	hint := map[string]string{
		"journal_in_use":     "wait for the other process, or look at it with hydractl imports show " + files.ShellWord(filepath.Base(e.Dir)),
		"journal_unwritable": "free disk space or fix the permissions of " + e.Dir + ", then run the same command again",
		"journal_damaged":    "keep " + e.Dir + ": it records what was sent before the damage; look for the other customers before you send them again",
		"journal_mismatch":   "--journal DIR gives this import a journal of its own",
	}[e.Code]
	return failure.Report{Code: e.Code, Message: e.Error(), ExitCode: failure.ExitJournal, Hint: hint}
}
