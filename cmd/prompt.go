package cmd

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// askHidden reads a line that is not shown; hint says how to go without a terminal.
func (e *Env) askHidden(s *config.Settings, what, hint string) (string, error) {
	if !e.interactive(s) {
		f := usagef("there is nobody to ask for %s", what)
		f.hint = hint
		return "", f
	}
	_, _ = fmt.Fprintf(e.Err, "%s (not shown): ", output.Escape(what))
	text, err := e.Terminal.ReadPassword()
	_, _ = fmt.Fprintln(e.Err)
	if err != nil {
		return "", invalidf(what, "cannot be read: %v", err)
	}
	return string(text), nil
}

// readSecret reads a secret from stdin, at most limit bytes, without one line break at its end.
func (e *Env) readSecret(limit int) (string, error) {
	text, err := io.ReadAll(io.LimitReader(e.In, int64(limit)+1))
	if err != nil {
		return "", invalidf("stdin", "cannot be read: %v", err)
	}
	if len(text) > limit {
		return "", invalidf("stdin", "is longer than %d bytes", limit)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
}

// confirmCount asks for the number itself, so that nobody says yes to more than was meant. Elsewhere than on a terminal
// --yes is the only answer. false is a no.
func (e *Env) confirmCount(noInput bool, question string, n int) (bool, error) {
	if e.flags.yes || noInput || !e.Terminal.In || !e.Terminal.Err {
		return e.confirm(noInput, question)
	}
	_, _ = fmt.Fprintf(e.Err, "%s\nType %d to go on: ", output.Escape(question), n)
	line, err := bufio.NewReader(e.In).ReadString('\n')
	return err == nil && strings.TrimSpace(line) == fmt.Sprint(n), nil
}
