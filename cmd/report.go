package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	selfreport "github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// report is a failed run as the user sees it, in text or as JSON.
type report struct {
	Code      string        `json:"code"` // a stable snake_case word
	Message   string        `json:"message"`
	Status    *int          `json:"status"`
	ExitCode  int           `json:"exit_code"`
	Retryable bool          `json:"retryable"`
	Outcome   string        `json:"outcome"` // none, unknown or partial
	Fields    []reportField `json:"fields"`
	Hint      string        `json:"hint"`
	RequestID string        `json:"request_id"`
	Notes     []string      `json:"notes,omitempty"` // what was noted before the failure

	group *cobra.Command // that lacks its subcommand; its help says the rest
}

// reportField is a field that was refused, under the name that the user gave it.
type reportField struct {
	Field   string `json:"field"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`

	place string // FILE:LINE:COLUMN: field, where a text shows more than the field
}

// The outcomes of a failed run.
const (
	outcomeNone    = "none"
	outcomeUnknown = "unknown"
	outcomePartial = "partial"
)

// newReport finds out what err means to the user; nil when there is nothing to say, as after a closed pipe.
func newReport(ctx context.Context, env *Env, c *cobra.Command, err error) *report {
	if errors.Is(err, errOnlyShown) {
		return nil
	}
	r := &report{Code: "unexpected", Message: err.Error(), ExitCode: exitUnexpected, Outcome: outcomeNone}
	if errors.Is(err, errBareGroup) {
		r.Code, r.ExitCode, r.Hint, r.group = "usage", exitUsage, c.CommandPath()+" --help", c
		return r
	}
	if r.fromFailure(err) {
		return r
	}
	if write, ok := errors.AsType[*output.WriteError](err); ok && isClosedPipe(write) {
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
	case !env.entered:
		r.Code, r.ExitCode, r.Hint = "usage", exitUsage, c.CommandPath()+" --help"
	}
	return r
}

func (r *report) fromFailure(err error) bool {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return false
	}
	r.Code, r.Message, r.ExitCode, r.Hint, r.Fields = f.code, f.message, f.exit, f.hint, f.fields
	r.Retryable = f.retryable
	switch {
	case f.outcome != "":
		r.Outcome = f.outcome
	case f.exit == exitUnknown:
		r.Outcome = outcomeUnknown
	case f.exit == exitPartial:
		r.Outcome = outcomePartial
	}
	if e, ok := errors.AsType[*client.Error](f.cause); ok {
		r.Status, r.RequestID = status(e.Status), e.RequestID
	}
	if e, ok := errors.AsType[*client.TransportError](f.cause); ok {
		r.Status, r.RequestID = status(e.Status), e.RequestID
	}
	return true
}

// describe takes over what an error says of itself.
func (r *report) describe(d selfreport.Report) {
	r.Code, r.Message, r.Status, r.ExitCode, r.Hint = d.Code, d.Message, d.Status, d.ExitCode, d.Hint
	r.Retryable, r.Outcome, r.RequestID = d.Retryable, d.Outcome, d.RequestID
	for _, f := range d.Fields {
		r.Fields = append(r.Fields, reportField{Field: f.Field, Line: f.Line, Column: f.Column, Message: f.Message, place: f.Place})
	}
}

// fromContext tells a signal and the --timeout from other ends.
func (r *report) fromContext(ctx context.Context, err error) bool {
	if errors.Is(err, errTimeout) {
		r.Code, r.Message, r.ExitCode, r.Retryable = "timeout", errTimeout.Error(), exitTimeout, true
		return true
	}
	stopped, ok := errors.AsType[Interrupted](err)
	if !ok {
		stopped, ok = errors.AsType[Interrupted](contextCause(ctx))
	}
	if !ok {
		return false
	}
	r.Code, r.Message, r.ExitCode, r.Retryable = "interrupted", stopped.Error(), stopped.exitCode(), true
	return true
}

// fromFile is a file of the user's that cannot be read: input, so exit 2.
func (r *report) fromFile(err error) bool {
	e, ok := errors.AsType[*fs.PathError](err)
	if !ok || !(errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EISDIR)) {
		return false
	}
	r.Code, r.Message, r.ExitCode = "unreadable_file", e.Path+": "+e.Err.Error(), exitUsage
	if flag, _, wrapped := strings.Cut(err.Error(), ": "); wrapped && strings.HasPrefix(flag, "--") {
		r.Message = flag + ": " + r.Message
	}
	return true
}

func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed)
}

// status is an HTTP status, or nil where no answer came.
func status(code int) *int {
	if code == 0 {
		return nil
	}
	return &code
}
