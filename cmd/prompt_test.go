package cmd

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// atTerminal runs hydractl at a terminal at which this is typed.
func atTerminal(t *testing.T, vars map[string]string, typed string, args ...string) clitest.Ran {
	t.Helper()
	var out, errOut bytes.Buffer
	env := clitest.Env(t, vars, typed)
	env.Out, env.Err = &out, &errOut
	env.Terminal = cli.Terminal{In: true, Out: true, Err: true, Width: func() int { return 80 }}
	code := Execute(t.Context(), env, args)
	return clitest.Ran{Code: code, Out: out.String(), ErrOut: errOut.String()}
}

// TestImport_LiveKeyAsksForRowCount types answers to the question before an import.
func TestImport_LiveKeyAsksForRowCount(t *testing.T) {
	t.Parallel()
	rows := func(n int) string {
		var b strings.Builder
		b.WriteString("email\n")
		for i := range n {
			fmt.Fprintf(&b, "u%d@example.com\n", i)
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, kind string
		rows       int
		typed      string
		asks       string
		goes       bool
	}{
		{"the number", "live", 101, "101\n", "Type 101 to go on", true},
		{"yes is not enough", "live", 101, "yes\n", "Type 101 to go on", false},
		{"another number", "live", 101, "100\n", "Type 101 to go on", false},
		{"nothing", "live", 101, "", "Type 101 to go on", false},
		{"few rows", "live", 100, "y\n", "[y/N]", true},
		{"a test key", "test", 101, "y\n", "[y/N]", true},
		{"neither", "other", 101, "y\n", "Type 101 to go on", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var sent atomic.Int64
			vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					sent.Add(1)
					clitest.Answer(http.StatusForbidden, "application/json", `{"detail":"no more"}`)(w, r)
					return
				}
				clitest.Answer(http.StatusOK, "application/json", `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)(w, r)
			})
			vars["HYDRACORE_API_KEY"] = "hc_" + tt.kind + "_CANARYcanaryCANARY42"
			dir := t.TempDir()
			vars["HYDRACTL_STATE_DIR"] = dir
			file := filepath.Join(dir, "c.csv")
			if err := os.WriteFile(file, []byte(rows(tt.rows)), 0o600); err != nil {
				t.Fatal(err)
			}
			got := atTerminal(t, vars, tt.typed, "customers", "import", file)
			if !strings.Contains(got.ErrOut, tt.asks) || (sent.Load() > 0) != tt.goes {
				t.Errorf("%d sends, stderr:\n%s", sent.Load(), got.ErrOut)
			}
		})
	}
}

func TestLogin_PromptIsHidden(t *testing.T) {
	t.Parallel()
	vars := clitest.Answering(t, clitest.Answer(http.StatusOK, "application/json", `{"customers":[],"page":1,"per_page":1,"total":0,"total_pages":0}`))
	delete(vars, "HYDRACORE_API_KEY")
	vars["HYDRACTL_CONFIG"] = filepath.Join(t.TempDir(), "config.yaml")
	got := atTerminal(t, vars, clitest.Key+"\n", "auth", "login", "--store", "file")
	if got.Code != failure.ExitOK || !strings.Contains(got.ErrOut, "API key (not shown): ") || strings.Contains(got.ErrOut+got.Out, clitest.Key) {
		t.Errorf("exit %d\n%s", got.Code, got.ErrOut)
	}
	got = atTerminal(t, vars, "", "auth", "token")
	if strings.TrimSpace(got.Out) != clitest.Key || !strings.Contains(got.ErrOut, "Warning: this is a secret") {
		t.Errorf("exit %d, %q, %q", got.Code, got.Out, got.ErrOut)
	}
	got = atTerminal(t, vars, "x\n", "auth", "login", "--no-input", "--store", "file")
	if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "cannot ask for") {
		t.Errorf("exit %d\n%s", got.Code, got.ErrOut)
	}
}

// TestPrompt_EndsWithTimeout asks a question that has no answer.
func TestPrompt_EndsWithTimeout(t *testing.T) {
	t.Parallel()
	vars := clitest.Answering(t, clitest.Answer(http.StatusInternalServerError, "text/plain", "not to be asked"))
	env := clitest.Env(t, vars, "")
	typed, hold := io.Pipe()
	t.Cleanup(func() { _ = hold.Close() })
	var errOut bytes.Buffer
	env.In, env.Out, env.Err = typed, io.Discard, &errOut
	env.Terminal = cli.Terminal{In: true, Err: true, Width: func() int { return 80 }}
	code := Execute(t.Context(), env, []string{"customers", "create", "--email", "a@example.com", "--country-code", "ZZ", "--timeout", "500ms"})
	if code != failure.ExitTimeout || !strings.Contains(errOut.String(), "anyway? [y/N]") || !strings.Contains(errOut.String(), "--timeout") {
		t.Errorf("exit %d:\n%s", code, errOut.String())
	}
}
