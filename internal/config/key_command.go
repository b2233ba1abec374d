package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	commandLimit     = 10 * time.Second
	commandWaitDelay = time.Second // for a child that keeps the pipes open after the program was ended
	maxStderr        = 2 << 10     // bytes
)

// runKeyCommand runs the program of the setting key_command, without a shell, and takes what it prints for the API key.
// It gets the environment without the credentials in it, and no stdin. What it says on stderr is shown when it fails.
func (s *Settings) runKeyCommand(ctx context.Context, f found) (Secret, error) {
	words, err := parseWords(f.text)
	if err != nil {
		return Secret{}, &Error{Code: CodeValue, Where: f.origin.String(), Message: f.definition.Name + " " + err.Error()}
	}
	program := words[0]
	if strings.ContainsRune(program, filepath.Separator) || strings.HasPrefix(program, "~/") {
		program = s.expand(program, f.origin)
	}
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(ctx, program, words[1:]...) //nolint:gosec // the user's own program
	c.Env = slices.DeleteFunc(c.Environ(), isCredential)
	c.Stdout = &limited{w: &stdout, left: maxSecretBytes + len("\r\n") + 1}
	c.Stderr = &limited{w: &stderr, left: maxStderr}
	c.WaitDelay = commandWaitDelay
	if err := c.Run(); err != nil {
		return Secret{}, s.commandFailed(ctx, words[0], err, stderrLine(stderr.String(), stdout.String()))
	}
	secret, err := ParseSecret(stdout.String())
	if err != nil {
		return Secret{}, &Error{Code: CodeValue, Where: f.origin.String(), Message: fmt.Sprintf("what key_command %s prints %v", shown(words[0]), err)}
	}
	return secret, nil
}

// isCredential reports whether a variable is one that no other program gets.
func isCredential(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	return name == "HYDRACORE_API_KEY" || name == "HYDRACORE_ACCESS_TOKEN"
}

// commandFailed returns why the program gave no key.
func (s *Settings) commandFailed(ctx context.Context, program string, err error, stderr string) error {
	reason := fmt.Sprintf("key_command %s cannot be run: %v", shown(program), err)
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		reason = fmt.Sprintf("key_command %s did not end within %s", shown(program), commandLimit)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case exited && exit.Exited():
		reason = fmt.Sprintf("key_command %s failed with exit code %d", shown(program), exit.ExitCode())
	case exited:
		reason = fmt.Sprintf("key_command %s was ended: %s", shown(program), exit)
	case errors.Is(err, exec.ErrWaitDelay):
		reason = fmt.Sprintf("key_command %s left a program running that keeps its output open", shown(program))
	}
	if stderr != "" {
		reason += ": " + stderr
	}
	return &NoCredentialError{Reason: reason, Hint: "run the program by itself: hydractl config get key_command"}
}

// stderrLine returns the stderr of a program as one line, without what it printed, which may be the key.
func stderrLine(stderr, stdout string) string {
	var r Redactor
	for word := range strings.FieldsSeq(stdout) {
		r.Add(NewSecret(word))
	}
	return strings.Join(strings.Fields(r.Redact(strings.ToValidUTF8(stderr, "?"))), " ")
}

// limited drops what goes beyond a limit, so that the program that writes does not have to wait.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	part := p[:min(len(p), l.left)]
	l.left -= len(part)
	if _, err := l.w.Write(part); err != nil {
		return 0, err
	}
	return len(p), nil
}
