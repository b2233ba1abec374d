package cmd

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ran is what a command left behind.
type ran struct {
	code        int
	out, errOut string
}

// testKey has a shape that no other text in an output has.
const testKey = "hc_test_CANARYcanaryCANARY42"

// runCLI runs hydractl in an empty home, with vars on top of an empty environment.
func runCLI(t *testing.T, vars map[string]string, stdin string, args ...string) ran {
	t.Helper()
	return runIn(t, t.Context(), vars, stdin, args...)
}

func runIn(t *testing.T, ctx context.Context, vars map[string]string, stdin string, args ...string) ran {
	t.Helper()
	var out, errOut bytes.Buffer
	env := testEnv(t, vars, stdin)
	env.Out, env.Err = &out, &errOut
	code := Execute(ctx, env, args)
	got := ran{code, out.String(), errOut.String()}
	if strings.Contains(got.out+got.errOut, testKey) {
		t.Errorf("the key is in the output of %q:\n%s%s", args, got.out, got.errOut)
	}
	return got
}

// testEnv is a process without a terminal in an empty home.
func testEnv(t *testing.T, vars map[string]string, stdin string) *Env {
	t.Helper()
	return &Env{
		In:        strings.NewReader(stdin),
		Terminal:  Terminal{Width: func() int { return 0 }},
		LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		Now:       time.Now,
		Home:      t.TempDir(),
		Build:     NewBuild("test", "", ""),
		Signals:   plainSignals,
	}
}

func plainSignals(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

// answering gives the environment of a server that answers every request alike.
func answering(t *testing.T, h http.HandlerFunc) map[string]string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return map[string]string{"HYDRACORE_API_URL": s.URL, "HYDRACORE_API_KEY": testKey, "HYDRACTL_RETRIES": "0"}
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// writeTemp writes a file that only the test sees, and gives its path.
func writeTemp(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
