package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// AskHidden reads a line that is not shown. hint is the way without a terminal.
func (a *App) AskHidden(s *config.Settings, what, hint string) (string, error) {
	if !a.interactive(s.NoInput) {
		f := failure.Usagef("cannot ask for %s: there is no terminal, or --no-input is given", what)
		f.Hint = hint
		return "", f
	}
	a.discardTyped()
	_, _ = fmt.Fprintf(a.Err, "%s (not shown): ", output.Escape(what))
	text, err := a.Terminal.ReadPassword()
	_, _ = fmt.Fprintln(a.Err)
	if errors.Is(err, io.EOF) {
		return "", Silent(failure.ExitInterrupt)
	}
	if err != nil {
		return "", failure.Invalidf(what, "cannot be read: %v", err)
	}
	return string(text), nil
}

// ReadStdin reads a value from stdin, at most limit bytes, without one line break at its end.
func (a *App) ReadStdin(limit int) (string, error) {
	text, err := io.ReadAll(io.LimitReader(a.In, int64(limit)+1))
	if err != nil {
		return "", failure.Invalidf("stdin", "cannot be read: %v", err)
	}
	if len(text) > limit {
		return "", failure.Invalidf("stdin", "is longer than %d bytes", limit)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
}

// Confirm asks a question on a terminal; elsewhere --yes is the only answer. A no is an error with the message spared.
func (a *App) Confirm(noInput bool, question, spared string) error {
	if a.flags.yes {
		return nil
	}
	if !a.interactive(noInput) {
		return failure.Usagef("confirmation required: rerun with --yes")
	}
	a.discardTyped()
	_, _ = fmt.Fprintf(a.Err, "%s [y/N] ", output.Escape(question))
	answer := a.readAnswer()
	if !strings.EqualFold(answer, "y") && !strings.EqualFold(answer, "yes") {
		return declined(spared)
	}
	return nil
}

// ConfirmCount asks for the number itself, so that a yes is never to more than was meant. Elsewhere than on a terminal --yes
// is the only answer.
func (a *App) ConfirmCount(noInput bool, question, spared string, n int) error {
	if a.flags.yes || !a.interactive(noInput) {
		return a.Confirm(noInput, question, spared)
	}
	a.discardTyped()
	_, _ = fmt.Fprintf(a.Err, "%s\nType %d to go on: ", output.Escape(question), n)
	if a.readAnswer() != strconv.Itoa(n) {
		return declined(spared)
	}
	return nil
}

// maxAnswer is how much of an answer is looked at.
const maxAnswer = 1024

// discardTyped drops what was typed before a question was asked: it is no answer to it.
func (a *App) discardTyped() {
	if a.Terminal.Discard != nil {
		a.Terminal.Discard()
	}
}

// readAnswer reads a line, "" when it has no end: an interrupted answer is none.
func (a *App) readAnswer() string {
	line, _ := a.readLine()
	return line
}

// readLine reads a line; ok is false when it has no end, or a signal came first.
func (a *App) readLine() (line string, ok bool) {
	type answer struct {
		line string
		ok   bool
	}
	read := make(chan answer, 1)
	go func() { // a read of a terminal cannot be ended: after a signal the process ends with it
		line, ok := readTyped(a.In)
		read <- answer{line, ok}
	}()
	select {
	case got := <-read:
		line, ok = got.line, got.ok
	case <-a.interrupted:
	}
	if !ok {
		_, _ = fmt.Fprintln(a.Err) // the cursor is still behind the question
	}
	if t, is := a.Err.(*output.Terminal); is && ok {
		t.Answered()
	}
	return line, ok
}

// readTyped reads a line and nothing behind it: that answers the next question.
func readTyped(in io.Reader) (line string, ok bool) {
	var typed []byte
	for one := make([]byte, 1); ; {
		n, err := in.Read(one)
		switch {
		case n > 0 && one[0] == '\n':
			return strings.TrimSpace(string(typed)), true
		case n > 0 && len(typed) < maxAnswer:
			typed = append(typed, one[0])
		}
		if err != nil {
			return "", false
		}
	}
}

// codeDeclined is the code of a no, which is printed without "Error:".
const codeDeclined = "declined"

func declined(spared string) *failure.Failure {
	return &failure.Failure{Exit: failure.ExitUsage, Code: codeDeclined, Message: spared}
}

// Agreed reports whether --yes answers every question.
func (a *App) Agreed() bool { return a.flags.yes }

// CanAsk reports whether a question can be asked.
func (a *App) CanAsk(noInput bool) bool { return a.interactive(noInput) }

// interactive reports whether a question can be asked.
func (a *App) interactive(noInput bool) bool {
	return a.Terminal.In && a.Terminal.Err && !noInput
}
