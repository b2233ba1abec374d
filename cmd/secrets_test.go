package cmd

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// echoes are the ways in which a server repeats the key, or a part of it.
func echoes(key string) map[string]string {
	var escaped strings.Builder
	for _, c := range []byte(key) {
		fmt.Fprintf(&escaped, "%%%02x", c)
	}
	return map[string]string{
		"whole": key, "part": key[5:25], "end": key[len(key)-12:], "upper": strings.ToUpper(key), "lower": strings.ToLower(key[8:]),
		"URL-encoded": escaped.String(), "base64": base64.StdEncoding.EncodeToString([]byte(key)),
		"basic": base64.StdEncoding.EncodeToString([]byte("api:" + key)),
	}
}

// TestSecrets_EchoesOfServerAreMasked looks for the echo of a key on stderr, in text and in JSON.
func TestSecrets_EchoesOfServerAreMasked(t *testing.T) {
	t.Parallel()
	for name, echo := range echoes(clitest.Key) {
		for _, format := range []string{"text", "json"} {
			t.Run(name+" "+format, func(t *testing.T) {
				t.Parallel()
				vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("X-Request-Id", echo[:min(len(echo), 60)])
					clitest.Answer(http.StatusBadRequest, "application/json", fmt.Sprintf(`{"detail":"refused: %s!"}`, echo))(w, r)
				})
				got := runCLI(t, vars, "", "customers", "list", "--debug", "--error-format", format)
				text := got.ErrOut
				if got.Code != failure.ExitRejected || strings.Contains(strings.ToLower(text), strings.ToLower(echo)) || !strings.Contains(text, "***") {
					t.Errorf("exit code %d, stderr:\n%s", got.Code, got.ErrOut)
				}
			})
		}
	}
}

// TestSecrets_KeyAsArgumentIsNotQuoted passes a key where something else is expected.
func TestSecrets_KeyAsArgumentIsNotQuoted(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing")
	const key = "hc_live_MISPLACEDmisplaced99"
	vars := clitest.Answering(t, clitest.Answer(http.StatusNotFound, "application/json", `{"detail":"Not Found"}`))
	for _, args := range [][]string{
		{key},
		{"customers", key},
		{"customers", "list", key},
		{"customers", "get", key},
		{"customers", "clone", key, "--company-name", "x"},
		{"customers", "import", key},
		{"customers", "list", "--sort-by", key},
		{"customers", "list", "--page", key},
		{"customers", "list", "--" + key},
		{"customers", "list", "-p", key},
		{"customers", "list", "--config", key},
		{"customers", "list", "--api-url", key},
		{"customers", "list", "--api-url", "https://" + key},
		{"customers", "list", "-o", key},
		{"customers", "export", "--out", filepath.Join(missing, key)},
		{"imports", "show", key},
		{"config", "set", "output", key},
		{"config", "set", key, "x"},
		{"config", "profile", "use", key},
		{"api", "GET", "/v1/" + key},
		{"auth", "login", key},
		{"auth", "login", "--email", key},
	} {
		for _, spelled := range []string{key, strings.ToUpper(key)} {
			given := make([]string, len(args))
			for i, arg := range args {
				given[i] = strings.ReplaceAll(arg, key, spelled)
			}
			got := runCLI(t, vars, "", given...)
			if got.Code == 0 || strings.Contains(strings.ToLower(got.Out+got.ErrOut), "misplaced") {
				t.Errorf("%v: exit code %d, output:\n%s%s", given, got.Code, got.Out, got.ErrOut)
			}
		}
	}
}
