package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// Divert hands what is printed on stderr to a function, while a program draws on the whole terminal; nil ends that.
func (a *App) Divert(to func(text string)) {
	if t, ok := a.Err.(*output.Terminal); ok {
		t.Divert(to)
	}
}

// Nested runs a command within another one, on its terminal: data goes there too, and what it has opened is closed after it.
// A failure is printed there, unless the context has ended, and with it the outer command. Then it waits for Enter, unless the
// user has ended the command at a question.
func (a *App) Nested(ctx context.Context, run func(context.Context, *App) error) error {
	nested := *a
	nested.Out, nested.Terminal.Out, nested.closers = a.Err, a.Terminal.Err, &closers{}
	a.Status().Note("Ctrl-D goes back to the list.")
	err := run(ctx, &nested)
	nested.closers.close()
	if ctx.Err() != nil {
		return err
	}
	if f, ok := errors.AsType[*failure.Failure](err); ok && f.Code == silentEnd {
		return nil
	}
	if err != nil {
		a.PrintError(ctx, err)
	}
	_, _ = fmt.Fprintln(a.Err)
	if _, ended := a.Ask(ctx, Question{Text: "Enter goes back to the list", Check: func(string) error { return nil }}); ended != nil {
		return ended
	}
	return err
}

// ErrorText returns the message of an error and its hint, without secrets, for a program that draws on the terminal.
func (a *App) ErrorText(ctx context.Context, err error) string {
	r := a.newReport(ctx, nil, err)
	if r == nil {
		return ""
	}
	text := r.Message
	if r.Hint != "" {
		text += " (" + r.Hint + ")"
	}
	return a.secrets.Redact(text)
}
