package cli

import (
	"fmt"
	"io"
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

// requestLog tells requests to whoever looks for a fault. It never holds a body or a credential: of the headers it
// gets only those on the client's list, and emails are masked unless --log-pii is given. What belongs together is one
// write, so that the requests of several goroutines do not mix.
type requestLog struct {
	w     io.Writer
	debug bool             // headers, timings, waits
	now   func() time.Time // in front of each entry; nil for none
	mask  func(string) string
}

// requestLogs are where requests are told: stderr with --verbose and --debug, and the file of --debug-file.
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
		a.OnClose(f.Close)
		logs = append(logs, requestLog{w: a.secrets.Writer(f), debug: true, now: a.Now, mask: mask})
	}
	for _, l := range logs {
		l.begin(a.Build, s)
	}
	return logs, nil
}

// begin says which program talks to whom. The command line stays out: it may hold a key.
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
	fmt.Fprintf(&b, "%s %s: %s, %d bytes, %s", a.Method, output.Escape(a.URL), result, a.Bytes, Shortly(a.Duration))
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
		l.write(fmt.Sprintf("waiting %s before attempt %d: %s\n", Shortly(pause), number, output.EscapeCut(cause.Error(), MaxShown)))
	}
}

func (l requestLog) warning(text string) {
	if l.debug {
		l.write("warning: " + output.EscapeCut(text, MaxShown) + "\n")
	}
}

// write ignores a failure: the log is not what the user came for.
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
			parts = append(parts, p.name+" "+Shortly(p.took))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + JoinComma(parts) + ")"
}

// Shortly formats a duration with three digits at most.
func Shortly(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }

// WriteHeaders writes the headers that may be shown.
func WriteHeaders(b *strings.Builder, prefix string, h http.Header) {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(b, "%s%s: %s\n", prefix, name, output.EscapeCut(strings.Join(h[name], ", "), MaxShown))
	}
}

// maskEmails leaves of each address what comes after the @, also where a URL spells that %40.
func maskEmails() func(string) string {
	address := regexp.MustCompile(`[^\s"'<>=&?/:;,()]+?(@|%40)`)
	return func(text string) string { return address.ReplaceAllString(text, "***$1") }
}
