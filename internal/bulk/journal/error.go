package journal

import "fmt"

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
