package cmd

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// trace tells on stderr what the client does: repeats always, requests with --verbose, headers too with --debug.
func (e *Env) trace(s *config.Settings) (client.Trace, error) {
	status := e.status()
	t := client.Trace{
		Warning: func(text string) { status.Warn("%s", text) },
		Wait: func(w client.Wait) {
			if client.IsRateLimited(w.Cause) {
				status.Note("Rate limited: waiting %s before attempt %d.", w.For.Round(time.Second), w.Number)
				return
			}
			status.Note("%s; trying again in %s (attempt %d).", words(w.Cause), w.For.Round(100*time.Millisecond), w.Number)
		},
	}
	w, err := e.debugWriter(s)
	switch {
	case err != nil:
		return t, err
	case w != nil:
		t.Attempt = func(a client.Attempt) { writeAttempt(w, a, true) }
	case e.flags.verbose:
		t.Attempt = func(a client.Attempt) { writeAttempt(e.Err, a, false) }
	}
	return t, nil
}

// debugWriter is where --debug goes: stderr, or a file, which is made readable for its owner only and never reached
// through a symbolic link.
func (e *Env) debugWriter(s *config.Settings) (io.Writer, error) {
	if e.flags.debugFile == "" {
		if s.Debug {
			return e.Err, nil
		}
		return nil, nil
	}
	if info, err := os.Lstat(e.flags.debugFile); err == nil && !info.Mode().IsRegular() {
		return nil, invalidf("--debug-file", "%s is no regular file", e.flags.debugFile)
	}
	f, err := os.OpenFile(e.flags.debugFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("--debug-file: %w", err)
	}
	e.onClose(f.Close)
	return f, nil
}

// writeAttempt tells one attempt in one write, so that those of several goroutines do not mix.
func writeAttempt(w io.Writer, a client.Attempt, headers bool) {
	var b strings.Builder
	result := fmt.Sprint(a.Status)
	if a.Status == 0 {
		result = "no answer"
	}
	fmt.Fprintf(&b, "%s %s: %s, %d bytes, %s", a.Method, output.Escape(a.URL), result, a.Bytes, a.Duration.Round(100*time.Microsecond))
	if a.Number > 1 {
		fmt.Fprintf(&b, ", attempt %d", a.Number)
	}
	if a.Err != nil {
		fmt.Fprintf(&b, ": %s", output.EscapeCut(a.Err.Error(), maxShown))
	}
	b.WriteString("\n")
	if headers {
		writeHeaders(&b, "> ", a.Sent)
		writeHeaders(&b, "< ", a.Received)
	}
	_, _ = io.WriteString(w, b.String())
}

func writeHeaders(b *strings.Builder, prefix string, h http.Header) {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(b, "%s%s: %s\n", prefix, name, output.EscapeCut(strings.Join(h[name], ", "), maxShown))
	}
}
