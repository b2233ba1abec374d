package cli

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// trace reports what the client does: retries and warnings always, requests with --verbose, headers and timings too with
// --debug or --debug-file.
func (a *App) trace(s *config.Settings) (client.Trace, error) {
	logs, err := a.requestLogs(s)
	if err != nil {
		return client.Trace{}, err
	}
	status := a.Status()
	trace := client.Trace{
		Wait: func(pause time.Duration, number int, cause error) {
			for _, l := range logs {
				l.wait(pause, number, cause)
			}
			if client.IsRateLimited(cause) {
				status.Note("Rate limited: waiting %s before retry %d of %d.", output.Duration(pause.Round(time.Second)), number-1, s.Retries)
				return
			}
			status.Note("%s; retry %d of %d in %s.", describeRequest(cause), number-1, s.Retries, pause.Round(100*time.Millisecond))
		},
		Warning: func(text string) {
			for _, l := range logs {
				l.warning(text)
			}
			status.Warn("%s", shortened(text))
		},
	}
	if len(logs) > 0 { // tracing each attempt slows an import down
		trace.Attempt = func(a client.Attempt) {
			for _, l := range logs {
				l.attempt(a)
			}
		}
	}
	return trace, nil
}

// requestLog logs requests for troubleshooting. It never contains a body or a credential: it gets only the headers on the
// client's list, and masks emails unless --log-pii is given. Each entry is one write, so that the requests of several
// goroutines do not mix.
type requestLog struct {
	w     io.Writer
	debug bool             // headers, timings, waits
	now   func() time.Time // in front of each entry; nil for none
	mask  func(string) string
}

// requestLogs returns where requests are logged: stderr with --verbose and --debug, and the file of --debug-file.
func (a *App) requestLogs(s *config.Settings) ([]requestLog, error) {
	mask := func(text string) string { return text }
	if !a.flags.logPII && (a.flags.verbose || s.Debug || a.flags.debugFile != "") {
		mask = maskEmails()
	}
	var logs []requestLog
	toFile := a.flags.debugFile != ""
	if a.flags.verbose || s.Debug && !toFile {
		logs = append(logs, requestLog{w: a.Err, debug: s.Debug && !toFile, mask: mask})
	}
	if toFile {
		f, err := files.OpenAppend("--debug-file", a.flags.debugFile)
		if err != nil {
			return nil, err
		}
		a.OnClose(func() { _ = f.Close() })
		logs = append(logs, requestLog{w: a.secrets.Writer(f), debug: true, now: a.Now, mask: mask})
	}
	for _, l := range logs {
		l.begin(a.Build, s)
	}
	return logs, nil
}

// begin logs the program and the server. The command line is left out: it may contain a key.
func (l requestLog) begin(b Build, s *config.Settings) {
	if !l.debug {
		return
	}
	address := s.APIURL
	if s.IsSandbox() {
		address = "the built-in sandbox"
	}
	l.write(fmt.Sprintf("hydractl %s (%s, %s), profile %s, %s\n", b.Version, b.Platform, b.Go, s.Profile, address))
}

func (l requestLog) attempt(a client.Attempt) {
	var b strings.Builder
	result := fmt.Sprint(a.Status)
	if a.Status == 0 {
		result = "no answer"
	}
	fmt.Fprintf(&b, "%s %s: %s, %d bytes, %s", a.Method, output.Escape(a.URL), result, a.Bytes, ShortDuration(a.Duration))
	if l.debug {
		b.WriteString(Phases(a))
	}
	if a.Number > 1 {
		fmt.Fprintf(&b, ", attempt %d", a.Number)
	}
	if a.Err != nil {
		fmt.Fprintf(&b, ": %s", output.EscapeCut(a.Err.Error(), MaxShown))
	}
	b.WriteString("\n")
	if l.debug {
		WriteHeaders(&b, "> ", a.Sent)
		WriteHeaders(&b, "< ", a.Received)
	}
	l.write(b.String())
}

func (l requestLog) wait(pause time.Duration, number int, cause error) {
	if l.debug {
		l.write(fmt.Sprintf("waiting %s before attempt %d: %s\n", ShortDuration(pause), number, output.EscapeCut(cause.Error(), MaxShown)))
	}
}

func (l requestLog) warning(text string) {
	if l.debug {
		l.write("warning: " + output.EscapeCut(text, MaxShown) + "\n")
	}
}

// write ignores a failure: the log is not the purpose of the command.
func (l requestLog) write(text string) {
	if l.now != nil {
		text = l.now().UTC().Format("2006-01-02T15:04:05.000Z ") + text
	}
	_, _ = io.WriteString(l.w, l.mask(text))
}

// Phases lists how long each part of an attempt took.
func Phases(a client.Attempt) string {
	var parts []string
	if a.Reused {
		parts = append(parts, "same connection")
	}
	for _, p := range []struct {
		name string
		took time.Duration
	}{{"dns", a.DNS}, {"connect", a.Connect}, {"tls", a.TLSTime}, {"wait", a.Wait}, {"body", a.Read}} {
		if p.took > 0 {
			parts = append(parts, p.name+" "+ShortDuration(p.took))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + JoinComma(parts) + ")"
}

// WriteHeaders writes a line for each header, in order.
func WriteHeaders(b *strings.Builder, prefix string, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintf(b, "%s%s: %s\n", prefix, name, output.EscapeCut(strings.Join(h[name], ", "), MaxShown))
	}
}

// maskEmails masks the part of each address before the @, also where a URL spells it %40.
func maskEmails() func(string) string {
	address := regexp.MustCompile(`[^\s"'<>=&?/:;,()]+?(@|%40)`)
	return func(text string) string { return address.ReplaceAllString(text, "***$1") }
}
