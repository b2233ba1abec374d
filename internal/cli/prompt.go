package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/cli/lineedit"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

const (
	maxAnswer = 1 << 10 // bytes
	maxSecret = 8 << 10
)

// Question is what [App.Ask] asks for: one line.
type Question struct {
	Text    string
	Default string // the answer of an empty line, shown in brackets; "" for none
	Options func() []lineedit.Option
	Check   func(answer string) error
}

// Ask asks for a line until the question's check accepts it. The end of the input ends the command.
func (a *App) Ask(ctx context.Context, q Question) (string, error) {
	prompt := q.Text
	if q.Default != "" {
		prompt += " [" + q.Default + "]"
	}
	for {
		answer, err := a.readLine(ctx, prompt+": ", line{limit: maxAnswer, options: q.Options})
		switch {
		case errors.Is(err, lineedit.ErrTooLong):
		case err != nil:
			return "", ended(err)
		default:
			answer = cmp.Or(strings.TrimSpace(answer), q.Default)
			a.maskKey(answer)
			err = q.Check(answer)
		}
		if err == nil {
			return answer, nil
		}
		a.Status().Warn("%v", err)
	}
}

// AskChoice asks for one of these words.
func (a *App) AskChoice(ctx context.Context, text, suggested string, words ...string) (string, error) {
	options := func() (all []lineedit.Option) {
		for _, word := range words {
			all = append(all, lineedit.Option{Text: word})
		}
		return all
	}
	return a.Ask(ctx, Question{Text: text + " (" + JoinOr(words) + ")", Default: suggested, Options: options, Check: func(answer string) error {
		if !slices.Contains(words, answer) {
			return fmt.Errorf("must be %s (got %q)", JoinOr(words), answer)
		}
		return nil
	}})
}

// AskHidden reads a line that is not shown. hint is the way without a terminal.
func (a *App) AskHidden(ctx context.Context, s *config.Settings, what, hint string) (string, error) {
	if err := a.CheckAsk(s, what, hint); err != nil {
		return "", err
	}
	for {
		text, err := a.readLine(ctx, what+" (not shown): ", line{limit: maxSecret, hidden: true})
		if !errors.Is(err, lineedit.ErrTooLong) {
			return text, ended(err)
		}
		a.Status().Warn("%v", err)
	}
}

// CheckAsk returns the failure for a question that cannot be asked, nil when it can. hint is the way without a terminal.
func (a *App) CheckAsk(s *config.Settings, what, hint string) error {
	if a.canAsk(s) {
		return nil
	}
	f := failure.Usagef("cannot ask for %s: there is no terminal, or --no-input is given", what)
	f.Hint = hint
	return f
}

// ReadStdin reads a value from stdin, at most limit bytes.
func (a *App) ReadStdin(limit int) (string, error) {
	text, err := io.ReadAll(io.LimitReader(a.In, int64(limit)+1))
	if err != nil {
		return "", failure.Invalidf("stdin", "cannot be read: %v", err)
	}
	if len(text) > limit {
		return "", failure.Invalidf("stdin", "is longer than %d bytes", limit)
	}
	return string(text), nil
}

// Confirm asks a question on a terminal; elsewhere --yes is the only answer. A no is an error with the message unchanged, such as
// "Nothing was created."
func (a *App) Confirm(ctx context.Context, question, unchanged string) error {
	if a.flags.yes {
		return nil
	}
	if !a.CanAsk() {
		return failure.Usagef("confirmation required: rerun with --yes")
	}
	return a.confirm(ctx, question+" [y/N] ", unchanged, "y", "yes")
}

// ConfirmCount asks for the number itself, so that a yes is never to more than was meant. Elsewhere than on a terminal --yes
// is the only answer.
func (a *App) ConfirmCount(ctx context.Context, question, unchanged string, n int) error {
	if a.flags.yes || !a.CanAsk() {
		return a.Confirm(ctx, question, unchanged)
	}
	_, _ = fmt.Fprintln(a.Err, output.Escape(question))
	return a.confirm(ctx, fmt.Sprintf("Type %d to go on: ", n), unchanged, strconv.Itoa(n))
}

// confirm asks for one of the answers that mean yes. The end of the input is a no.
func (a *App) confirm(ctx context.Context, prompt, unchanged string, yes ...string) error {
	answer, err := a.readLine(ctx, prompt, line{limit: maxAnswer})
	switch {
	case err == nil && slices.Contains(yes, strings.ToLower(strings.TrimSpace(answer))):
		return nil
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, lineedit.ErrTooLong):
		return declined(unchanged)
	}
	return ended(err)
}

// ended is the end of the command for a question without an answer: a person who ended it needs no message.
func ended(err error) error {
	if errors.Is(err, io.EOF) || IsInterrupt(err) {
		return Silent(failure.ExitInterrupt)
	}
	return err
}

// codeDeclined is the code of a no, which is printed without "Error:".
const codeDeclined = "declined"

func declined(unchanged string) *failure.Failure {
	return &failure.Failure{Exit: failure.ExitUsage, Code: codeDeclined, Message: unchanged}
}

// Agreed reports whether --yes answers every question.
func (a *App) Agreed() bool { return a.flags.yes }

// CanAsk reports whether a question can be asked: stdin and stderr are terminals, and --no-input is not set.
func (a *App) CanAsk() bool {
	s, err := a.Settings()
	return err == nil && a.canAsk(s)
}

func (a *App) canAsk(s *config.Settings) bool { return a.Terminal.In && a.Terminal.Err && !s.NoInput }

// CanPrompt reports whether a command may ask for what its command line lacks: a question can be asked, and CI is not set.
func (a *App) CanPrompt() bool { return a.CanAsk() && a.Variable("CI") == "" }

// line is how a line is read.
type line struct {
	limit   int // bytes
	hidden  bool
	options func() []lineedit.Option
}

// readLine asks with a prompt and reads a line. What was typed before is no answer. It fails with io.EOF at the end of the input,
// with lineedit.ErrTooLong, and with the cause for which the context ends, such as a signal.
func (a *App) readLine(ctx context.Context, prompt string, l line) (string, error) {
	if ctx.Value(endsWithSignals{}) == nil {
		var stop func()
		ctx, stop = a.Signals(ctx)
		defer stop()
	}
	read, restore := a.lineReader(prompt, l)
	defer restore()
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() { // a read of a terminal cannot be ended: the process ends with it
		text, err := read()
		answered <- answer{text, err}
	}()
	select {
	case got := <-answered:
		return got.text, got.err
	case <-ctx.Done():
		_, _ = fmt.Fprintln(a.Err) // the cursor is still behind the question
		return "", context.Cause(ctx)
	}
}

// lineReader prepares the terminal, and returns how the line is read and how the terminal is restored: with keys to edit and
// complete it, or plainly where a screen reader or a simple terminal needs that.
func (a *App) lineReader(prompt string, l line) (read func() (string, error), restore func()) {
	prompt = output.Escape(strings.TrimSpace(prompt))
	restore = func() {}
	if a.Terminal.Raw == nil || a.Variable("ACCESSIBLE") != "" || a.Variable("TERM") == "" || a.Variable("TERM") == "dumb" {
		if l.hidden && a.Terminal.Mute != nil {
			restore = a.Terminal.Mute()
		}
		a.discardTyped()
		_, _ = io.WriteString(a.Err, prompt+" ")
		return func() (string, error) { return a.readPlain(l) }, restore
	}
	lines := output.Wrap(prompt, a.Terminal.Width()-1)
	last := len(lines) - 1
	e := &lineedit.Editor{In: a.In, Out: a.Err, Width: a.Terminal.Width, Prompt: lines[last] + " ", Hidden: l.hidden, Limit: l.limit, Options: l.options}
	restore = a.Terminal.Raw(e.Redraw)
	a.discardTyped()
	for _, text := range lines[:last] {
		_, _ = fmt.Fprintln(a.Err, text)
	}
	return e.ReadLine, restore
}

// discardTyped drops what was typed before a question was asked: it is no answer to it.
func (a *App) discardTyped() {
	if a.Terminal.Discard != nil {
		a.Terminal.Discard()
	}
}

// readPlain reads a line that is edited with the keys of the terminal itself.
func (a *App) readPlain(l line) (string, error) {
	text, err := readTyped(a.In, l.limit)
	if l.hidden || errors.Is(err, io.EOF) {
		_, _ = fmt.Fprintln(a.Err) // no Enter is shown
	} else if t, is := a.Err.(*output.Terminal); is {
		t.Answered()
	}
	return text, err
}

// readTyped reads a line and nothing behind it: that answers the next question.
func readTyped(in io.Reader, limit int) (string, error) {
	var typed []byte
	for one := make([]byte, 1); ; {
		n, err := in.Read(one)
		switch {
		case n > 0 && one[0] == '\n' && len(typed) > limit:
			return "", lineedit.ErrTooLong
		case n > 0 && one[0] == '\n':
			return strings.TrimSuffix(string(typed), "\r"), nil
		case n > 0 && len(typed) <= limit:
			typed = append(typed, one[0])
		}
		if err != nil {
			return "", err
		}
	}
}
