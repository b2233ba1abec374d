package output

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
)

// OptionError is a flag that cannot be obeyed: a usage error.
type OptionError struct {
	Flag       string   // the flag as typed, with dashes
	Value      string   // what was given
	Problem    string   // what is wrong with it
	Valid      []string // values that would do; may be empty
	Suggestion string   // the nearest valid value; may be empty
}

// Error is one line without control characters.
func (e *OptionError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s \"%s\": %s", e.Flag, EscapeCut(e.Value, 100), e.Problem)
	if e.Suggestion != "" {
		fmt.Fprintf(&b, ", did you mean %q?", e.Suggestion)
	}
	if len(e.Valid) > 0 {
		b.WriteString(" (valid: " + strings.Join(e.Valid, ", ") + ")")
	}
	return b.String()
}

// Report describes the error to the user.
func (e *OptionError) Report() failure.Report {
	return failure.Report{
		Code: "usage", Message: e.Error(), ExitCode: failure.ExitUsage,
		Fields: []failure.Field{{Field: e.Flag, Message: strings.TrimPrefix(e.Error(), e.Flag+" ")}},
	}
}

// WriteError is a failed write of data, so that it can be told from a failure
// to get the data. It unwraps to the writer's error, EPIPE for a closed pipe.
type WriteError struct{ Err error }

func (e *WriteError) Error() string { return "write output: " + e.Err.Error() }

func (e *WriteError) Unwrap() error { return e.Err }

// Report describes the error to the user.
func (e *WriteError) Report() failure.Report {
	return failure.Report{Code: "write_failed", Message: "cannot write the output: " + e.Err.Error(), ExitCode: failure.ExitUnexpected}
}

// FilterError is a filter that fails on the data it met.
type FilterError struct {
	Flag string // --jq or --template
	Err  error
}

func (e *FilterError) Error() string { return e.Flag + ": " + e.Err.Error() }

func (e *FilterError) Unwrap() error { return e.Err }

// Report describes the error to the user.
func (e *FilterError) Report() failure.Report {
	return failure.Report{
		Code: "filter_failed", Message: e.Error(), ExitCode: failure.ExitUnexpected,
		Hint: "hydractl help output; -o json shows what the expression works on",
	}
}

// dataWriter marks the errors of the writer it wraps.
type dataWriter struct{ w io.Writer }

func (d dataWriter) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err != nil {
		return n, &WriteError{err}
	}
	return n, nil
}

// joinAbort adds what abort reports to err, once: after a failed write, abort
// fails with the same error.
func joinAbort(err, abort error) error {
	if abort == nil || errors.Is(err, abort) {
		return err
	}
	return errors.Join(err, abort)
}
