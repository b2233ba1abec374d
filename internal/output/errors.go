package output

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
)

// InvalidOption refuses the value of a flag. It lists the valid ones, and offers the nearest of them; both may be empty.
func InvalidOption(flag, problem string, valid []string, near string) *failure.Failure {
	if near != "" {
		problem += fmt.Sprintf(", did you mean %q?", near)
	}
	if len(valid) > 0 {
		problem += " (valid: " + strings.Join(valid, ", ") + ")"
	}
	f := failure.Invalidf(flag, "%s", problem)
	f.Code = "usage"
	return f
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
