package cli

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// errOnlyShown ends a command whose write --curl has printed instead of sending it. It is not a failure.
var errOnlyShown = errors.New("not sent: --curl shows writes and sends none")

// preview prints the curl command of each request for --curl. Reads are sent too, so that a command comes to its
// writes; those are not.
func (a *App) preview(s *config.Settings) func(*client.Request) error {
	status := a.Status()
	if s.IsSandbox() {
		status.Note("The built-in sandbox ends with this command; for one that stays: hydractl sandbox serve")
	}
	return func(r *client.Request) error {
		text, left := curl(r, s.CACert)
		for _, what := range left {
			text = "# " + what + "\n" + text
		}
		if _, err := a.Err.Write([]byte(text)); err != nil {
			return err
		}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			return nil
		}
		status.Note("Not sent: --curl shows writes and sends none.")
		return errOnlyShown
	}
}

// curl is a request as a command of a POSIX shell, with the credential in the variable that hydractl reads it from.
// What a terminal cannot show is left out, and described in left.
func curl(r *client.Request, caCert string) (text string, left []string) {
	words := []string{"curl"}
	switch r.Method {
	case http.MethodGet:
	case http.MethodHead:
		words = append(words, "--head") // with -X curl would wait for a body
	default:
		words = append(words, "-X "+r.Method)
	}
	if strings.ContainsAny(r.URL, "[]{}") {
		words = append(words, "--globoff")
	}
	if caCert != "" {
		words = append(words, "--cacert "+shellQuote(caCert))
	}
	lines := []string{strings.Join(append(words, shellQuote(r.URL)), " ")}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		switch {
		case name == "User-Agent":
		case name == "X-Api-Key":
			lines = append(lines, `-H "X-Api-Key: $HYDRACORE_API_KEY"`)
		case name == "Authorization":
			lines = append(lines, `-H "Authorization: Bearer $HYDRACORE_ACCESS_TOKEN"`)
		case !showable(r.Header.Get(name)):
			left = append(left, "The header "+name+" is left out: it contains invisible characters.")
		default:
			lines = append(lines, "-H "+shellQuote(name+": "+r.Header.Get(name)))
		}
	}
	body := string(r.Body)
	switch {
	case r.Secret:
		lines = append(lines, "--data-binary @-")
		left = append(left, "The body may contain a password: give it on stdin.")
	case r.Body == nil:
	case showable(body):
		lines = append(lines, "--data-raw "+shellQuote(body))
	default:
		lines = append(lines, "--data-binary @-")
		left = append(left, "The body contains invisible characters: give it on stdin.")
	}
	return strings.Join(lines, " \\\n  ") + "\n", left
}

// showable reports whether a text looks the same on a terminal and in a file; a line break does, inside quotes.
func showable(s string) bool {
	plain := strings.ReplaceAll(s, "\n", "")
	return output.Escape(plain) == plain
}

// shellQuote puts a word in single quotes, in which a POSIX shell reads nothing.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Flat returns the first value of each header.
func Flat(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for name := range h {
		out[name] = h.Get(name)
	}
	return out
}
