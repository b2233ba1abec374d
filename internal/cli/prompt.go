package cli

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// askHidden reads a line that is not shown; hint says how to go without a terminal.
func (e *Env) AskHidden(s *config.Settings, what, hint string) (string, error) {
	if !e.interactive(s) {
		f := failure.Usagef("there is nobody to ask for %s", what)
		f.Hint = hint
		return "", f
	}
	_, _ = fmt.Fprintf(e.Err, "%s (not shown): ", output.Escape(what))
	text, err := e.Terminal.ReadPassword()
	_, _ = fmt.Fprintln(e.Err)
	if err != nil {
		return "", failure.Invalidf(what, "cannot be read: %v", err)
	}
	return string(text), nil
}

// readSecret reads a secret from stdin, at most limit bytes, without one line break at its end.
func (e *Env) ReadSecret(limit int) (string, error) {
	text, err := io.ReadAll(io.LimitReader(e.In, int64(limit)+1))
	if err != nil {
		return "", failure.Invalidf("stdin", "cannot be read: %v", err)
	}
	if len(text) > limit {
		return "", failure.Invalidf("stdin", "is longer than %d bytes", limit)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
}

// confirm asks a question on a terminal; elsewhere --yes is the only answer. A no is an error that says what it spared.
func (e *Env) Confirm(noInput bool, question, spared string) error {
	if e.Flags.yes {
		return nil
	}
	if noInput || !e.Terminal.In || !e.Terminal.Err {
		f := failure.Usagef("this wants a confirmation, and there is nobody to ask")
		f.Hint = "add --yes"
		return f
	}
	_, _ = fmt.Fprintf(e.Err, "%s [y/N] ", output.Escape(question))
	answer := e.readAnswer()
	if !strings.EqualFold(answer, "y") && !strings.EqualFold(answer, "yes") {
		return declined(spared)
	}
	return nil
}

// confirmCount asks for the number itself, so that nobody says yes to more than was meant. Elsewhere than on a terminal
// --yes is the only answer.
func (e *Env) ConfirmCount(noInput bool, question, spared string, n int) error {
	if e.Flags.yes || noInput || !e.Terminal.In || !e.Terminal.Err {
		return e.Confirm(noInput, question, spared)
	}
	_, _ = fmt.Fprintf(e.Err, "%s\nType %d to go on: ", output.Escape(question), n)
	if e.readAnswer() != strconv.Itoa(n) {
		return declined(spared)
	}
	return nil
}

// readAnswer reads a line, "" when it has no end: an answer that was broken off is none.
func (e *Env) readAnswer() string {
	line, err := bufio.NewReader(e.In).ReadString('\n')
	if err != nil {
		_, _ = fmt.Fprintln(e.Err) // the cursor is still behind the question
		return ""
	}
	return strings.TrimSpace(line)
}

// codeDeclined is the code of a no. It is told as it is: there is no error.
const codeDeclined = "declined"

func declined(spared string) *failure.Failure {
	return &failure.Failure{Exit: failure.ExitUsage, Code: codeDeclined, Message: spared}
}
