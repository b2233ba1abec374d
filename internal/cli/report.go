package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// newReport describes err to the user; nil when there is nothing to print, as after a closed pipe. Most errors describe
// themselves; those of the SDK and of the system are described here. Fields that the server refuses are named by the flags of c,
// which may be nil.
func (a *App) newReport(ctx context.Context, c *cobra.Command, err error) *failure.Report {
	if errors.Is(err, errOnlyShown) {
		return nil
	}
	if write, ok := errors.AsType[*output.WriteError](err); ok && IsClosedPipe(write) && !isFailure(err) {
		return nil
	}
	r := &failure.Report{Code: "unexpected", Message: err.Error(), ExitCode: failure.ExitUnexpected, Outcome: failure.OutcomeNone}
	if described, ok := failure.Of(err); ok {
		*r = described
		addAnswer(r, err)
		return r
	}
	switch {
	case a.describeAPI(r, c, err):
	case describeContext(ctx, r, err):
	case describeFile(r, err):
	}
	return r
}

func isFailure(err error) bool {
	_, ok := errors.AsType[*failure.Failure](err)
	return ok
}

// addAnswer adds the status and the request ID of the answer that err is about.
func addAnswer(r *failure.Report, err error) {
	if r.Status != nil {
		return
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		r.Status, r.RequestID = status(e.Status), e.RequestID
	} else if e, ok := errors.AsType[*client.TransportError](err); ok {
		r.Status, r.RequestID = status(e.Status), e.RequestID
	}
}

// describeContext describes a signal and --timeout.
func describeContext(ctx context.Context, r *failure.Report, err error) bool {
	if errors.Is(err, ErrTimeout) {
		r.Code, r.Message, r.ExitCode, r.Retryable = "timeout", ErrTimeout.Error(), failure.ExitTimeout, true
		r.Hint = "allow more time with --timeout; 0 is no limit"
		return true
	}
	stopped, ok := errors.AsType[Interrupted](err)
	if !ok {
		stopped, ok = errors.AsType[Interrupted](context.Cause(ctx))
	}
	if !ok {
		return false
	}
	r.Code, r.Message, r.ExitCode, r.Retryable = "interrupted", stopped.Error(), stopped.exitCode(), true
	return true
}

// ContextExit returns the exit code for the cause of a context that has ended.
func ContextExit(cause error) int {
	if errors.Is(cause, ErrTimeout) {
		return failure.ExitTimeout
	}
	if i, ok := errors.AsType[Interrupted](cause); ok {
		return i.exitCode()
	}
	return failure.ExitInterrupt
}

// describeFile describes a file of the user's that cannot be read: input, so exit 2.
func describeFile(r *failure.Report, err error) bool {
	e, ok := errors.AsType[*fs.PathError](err)
	if !ok || !files.IsUnusable(err) {
		return false
	}
	r.Code, r.Message, r.ExitCode = "unreadable_file", e.Path+": "+e.Err.Error(), failure.ExitUsage
	if flag, _, wrapped := strings.Cut(err.Error(), ": "); wrapped && strings.HasPrefix(flag, "--") {
		r.Message = flag + ": " + r.Message
	}
	return true
}

// IsClosedPipe reports whether a write failed because the reader has gone.
func IsClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed)
}

// print writes a report to stderr, as one JSON object where the user reads JSON.
func (a *App) print(r *failure.Report) {
	shorten(r)
	if !a.JSONErrors() {
		a.printText(r)
		return
	}
	for line := range strings.Lines(a.notes.take()) {
		r.Notes = append(r.Notes, strings.TrimSpace(line))
	}
	if r.Fields == nil {
		r.Fields = []failure.Field{}
	}
	_ = output.JSONLine(a.Err, struct {
		Error  *failure.Report `json:"error"`
		Schema string          `json:"schema"`
	}{r, "error"})
}

// PrintError prints an error on stderr, as at the end of a command, while the command goes on.
func (a *App) PrintError(ctx context.Context, err error) {
	if r := a.newReport(ctx, nil, err); r != nil && r.Code != silentEnd {
		shorten(r)
		a.printText(r)
	}
}

// printText writes a report for people. Hints are broken between words where a terminal shows them.
func (a *App) printText(r *failure.Report) {
	var b strings.Builder
	if r.Code != codeDeclined {
		b.WriteString("Error: ")
	}
	fmt.Fprintf(&b, "%s\n", output.EscapeCut(r.Message, MaxShown))
	for _, f := range r.Fields {
		place := cmp.Or(f.Place, f.Field)
		if strings.Contains(r.Message, f.Message) && strings.Contains(r.Message, place) {
			continue // the first line has it already
		}
		if place != "" {
			place = output.Escape(place) + ": "
		}
		fmt.Fprintf(&b, "  %s%s\n", place, output.EscapeCut(f.Message, MaxShown))
	}
	if r.RequestID != "" && r.ExitCode != failure.ExitNotFound && r.ExitCode != failure.ExitDuplicate { // those need no operator
		fmt.Fprintf(&b, "Request ID: %s\n", output.EscapeCut(r.RequestID, MaxShown))
	}
	if r.Hint != "" {
		const label = "Hint: "
		hint := output.EscapeCut(r.Hint, MaxShown)
		if width := a.errWidth() - len(label); width > 0 {
			hint = strings.Join(output.Wrap(hint, width), "\n"+strings.Repeat(" ", len(label)))
		}
		b.WriteString(label + hint + "\n")
	}
	_, _ = io.WriteString(a.Err, b.String())
}

// shorten bounds what may come from a server or a file.
func shorten(r *failure.Report) {
	r.Message, r.Hint, r.RequestID = shortened(r.Message), shortened(r.Hint), shortened(r.RequestID)
	for i, f := range r.Fields {
		r.Fields[i].Field, r.Fields[i].Message = shortened(f.Field), shortened(f.Message)
	}
}
