package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// Execute runs the command line with the commands below the root that newRoot makes, prints what failed, and returns the
// exit code.
func (a *App) Execute(ctx context.Context, newRoot func(*App) *cobra.Command) (code int) {
	defer func() {
		if value := recover(); value != nil {
			code = failure.ExitUnexpected
			a.crash(value, debug.Stack())
		}
	}()
	var unknownTopic error // cobra's help has no way to return an error
	root := newRoot(a)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { unknownTopic = help(c, a.Width()) })
	root.SetArgs(a.args)
	ran, err := root.ExecuteContextC(ctx)
	a.closers.close()
	if err == nil {
		err = unknownTopic
	}
	if err == nil && a.out.Err != nil {
		err = &output.WriteError{Err: a.out.Err} // cobra does not report that its help cannot be written
	}
	return a.finish(ctx, ran, err)
}

// finish prints the notes that were held back and the report of an error, and returns the exit code.
func (a *App) finish(ctx context.Context, ran *cobra.Command, err error) int {
	var r *failure.Report
	if err != nil {
		r = a.newReport(ctx, ran, err)
	}
	switch {
	case r == nil:
		_, _ = io.WriteString(a.Err, a.notes.take())
		return failure.ExitOK
	case r.Code == silentEnd:
		_, _ = io.WriteString(a.Err, a.notes.take())
	case errors.Is(err, errBareGroup) && !a.JSONErrors(): // the help of the group is the best answer
		ran.SetOut(a.Err)
		_ = ran.Help()
	default:
		a.print(r)
	}
	return r.ExitCode
}

// silentEnd is the code of an end that needs no message; it is never printed.
const silentEnd = "silent"

// Silent returns an error that ends a command with an exit code and no message, since the user has ended it.
func Silent(exit int) error {
	return &failure.Failure{Exit: exit, Code: silentEnd, Message: "ended by the user"}
}

// IsInterrupt reports whether err is a Ctrl-C.
func IsInterrupt(err error) bool {
	i, ok := errors.AsType[Interrupted](err)
	return ok && i.exitCode() == failure.ExitInterrupt
}

// crash prints a panic and closes what is open. The panic's text may be that of a request or an answer, so only the Go
// runtime's own errors are shown; the stack holds addresses, no values.
func (a *App) crash(value any, stack []byte) {
	if p, ok := value.(*failure.Panic); ok {
		value, stack = p.Value, p.Stack
	}
	what := fmt.Sprintf("a value of type %T", value)
	if err, ok := value.(error); ok {
		if own, ok := errors.AsType[runtime.Error](err); ok {
			what = own.Error()
		}
	}
	r := &failure.Report{
		Code: "panic", ExitCode: failure.ExitUnexpected, Outcome: failure.OutcomeUnknown,
		Message: fmt.Sprintf("this is a bug in hydractl %s (%s): %s", a.Build.Version, a.Build.Platform, what),
		Hint:    "look before you repeat a write, and report the bug with the stack",
	}
	if a.JSONErrors() {
		r.Notes = strings.Split(strings.TrimSpace(string(stack)), "\n")
		a.print(r)
	} else {
		a.print(r)
		_, _ = a.Err.Write(stack)
	}
	defer func() { _ = recover() }() // what is broken may break again
	a.closers.close()
}
