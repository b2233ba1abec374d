package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
	selfreport "github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// report is a failed run as the user sees it, in text or as JSON.
type Report struct {
	Code      string          `json:"code"` // a stable snake_case word
	Message   string          `json:"message"`
	Status    *int            `json:"status"`
	ExitCode  int             `json:"exit_code"`
	Retryable bool            `json:"retryable"`
	Outcome   string          `json:"outcome"` // none, unknown or partial
	Fields    []failure.Field `json:"fields"`
	Hint      string          `json:"hint"`
	RequestID string          `json:"request_id"`
	Notes     []string        `json:"notes,omitempty"` // what was noted before the failure

	group *cobra.Command // that lacks its subcommand; its help says the rest
}

// NewReport describes err to the user; nil when there is nothing to print, as after a closed pipe. What fails before a
// command has started is a usage error.
func NewReport(ctx context.Context, started bool, c *cobra.Command, err error) *Report {
	if errors.Is(err, errOnlyShown) {
		return nil
	}
	r := &Report{Code: "unexpected", Message: err.Error(), ExitCode: failure.ExitUnexpected, Outcome: failure.OutcomeNone}
	if errors.Is(err, errBareGroup) {
		r.Code, r.ExitCode, r.Hint, r.group = "usage", failure.ExitUsage, c.CommandPath()+" --help", c
		return r
	}
	if r.fromFailure(err) {
		return r
	}
	if write, ok := errors.AsType[*output.WriteError](err); ok && IsClosedPipe(write) {
		return nil
	}
	if described, ok := selfreport.Of(err); ok {
		r.describe(described)
		return r
	}
	switch {
	case r.fromAPI(c, err):
	case r.fromContext(ctx, err):
	case r.fromInput(err):
	case r.fromBulk(err):
	case r.fromFile(err):
	case !started:
		r.Code, r.ExitCode, r.Hint = "usage", failure.ExitUsage, c.CommandPath()+" --help"
	}
	return r
}

func (r *Report) fromFailure(err error) bool {
	f, ok := errors.AsType[*failure.Failure](err)
	if !ok {
		return false
	}
	r.Code, r.Message, r.ExitCode, r.Hint, r.Fields = f.Code, f.Message, f.Exit, f.Hint, f.Fields
	r.Retryable = f.Retryable
	switch {
	case f.Outcome != "":
		r.Outcome = f.Outcome
	case f.Exit == failure.ExitUnknown:
		r.Outcome = failure.OutcomeUnknown
	case f.Exit == failure.ExitPartial:
		r.Outcome = failure.OutcomePartial
	}
	if e, ok := errors.AsType[*client.Error](f.Cause); ok {
		r.Status, r.RequestID = status(e.Status), e.RequestID
	}
	if e, ok := errors.AsType[*client.TransportError](f.Cause); ok {
		r.Status, r.RequestID = status(e.Status), e.RequestID
	}
	return true
}

// describe takes over what an error says of itself.
func (r *Report) describe(d selfreport.Report) {
	r.Code, r.Message, r.Status, r.ExitCode, r.Hint = d.Code, d.Message, d.Status, d.ExitCode, d.Hint
	r.Retryable, r.Outcome, r.RequestID = d.Retryable, d.Outcome, d.RequestID
	for _, f := range d.Fields {
		r.Fields = append(r.Fields, failure.Field{Field: f.Field, Line: f.Line, Column: f.Column, Message: f.Message, Place: f.Place})
	}
}

// fromContext tells a signal and the --timeout from other ends.
func (r *Report) fromContext(ctx context.Context, err error) bool {
	if errors.Is(err, ErrTimeout) {
		r.Code, r.Message, r.ExitCode, r.Retryable = "timeout", ErrTimeout.Error(), failure.ExitTimeout, true
		return true
	}
	stopped, ok := errors.AsType[Interrupted](err)
	if !ok {
		stopped, ok = errors.AsType[Interrupted](ContextCause(ctx))
	}
	if !ok {
		return false
	}
	r.Code, r.Message, r.ExitCode, r.Retryable = "interrupted", stopped.Error(), stopped.exitCode(), true
	return true
}

// fromFile is a file of the user's that cannot be read: input, so exit 2.
func (r *Report) fromFile(err error) bool {
	e, ok := errors.AsType[*fs.PathError](err)
	if !ok || !(errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EISDIR)) {
		return false
	}
	r.Code, r.Message, r.ExitCode = "unreadable_file", e.Path+": "+e.Err.Error(), failure.ExitUsage
	if flag, _, wrapped := strings.Cut(err.Error(), ": "); wrapped && strings.HasPrefix(flag, "--") {
		r.Message = flag + ": " + r.Message
	}
	return true
}

func IsClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed)
}

// status is an HTTP status, or nil where no answer came.
func status(code int) *int {
	if code == 0 {
		return nil
	}
	return &code
}
