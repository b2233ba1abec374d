package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// TestRenewal_EndsWithTheCommand renews an expired token while another process holds the lock of the credential for as
// long as the command runs: --timeout and the first signal end it.
func TestRenewal_EndsWithTheCommand(t *testing.T) {
	t.Parallel()
	server, err := sandbox.Start(t.Context(), sandbox.Options{DB: filepath.Join(t.TempDir(), "sandbox.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	config := filepath.Join(t.TempDir(), "config.yaml")
	vars := map[string]string{"HYDRACORE_API_URL": server.URL(), "HYDRACTL_CONFIG": config}
	got := runCLI(t, vars, "sandbox-password", "auth", "login", "--email", "admin@example.com", "--with-password", "--store", "file")
	if got.Code != failure.ExitOK {
		t.Fatalf("login: exit %d, %s", got.Code, got.ErrOut)
	}
	stored := filepath.Join(config+".credentials", "default.json")
	text, err := os.ReadFile(stored)
	if err != nil {
		t.Fatal(err)
	}
	expired := regexp.MustCompile(`:"20\d\d-`).ReplaceAll(text, []byte(`:"2000-`))
	if err := os.WriteFile(stored, expired, 0o600); err != nil || bytes.Equal(text, expired) {
		t.Fatalf("the token is not expired: %v", err)
	}
	unlock, err := files.WaitLock(t.Context(), strings.TrimSuffix(stored, ".json"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)

	for name, tt := range map[string]struct {
		args    []string
		signals func(context.Context) (context.Context, func())
		code    int
	}{
		"timeout": {[]string{"--timeout", "200ms"}, clitest.PlainSignals, failure.ExitTimeout},
		"signal": {nil, func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(ctx)
			timer := time.AfterFunc(200*time.Millisecond, func() { cancel(cli.Interrupted{Signal: syscall.SIGINT}) })
			return ctx, func() { timer.Stop(); cancel(nil) }
		}, failure.ExitInterrupt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errOut bytes.Buffer
			env := clitest.Env(t, vars, "")
			env.Out, env.Err, env.Signals = &out, &errOut, tt.signals
			if code := Execute(t.Context(), env, append([]string{"customers", "list"}, tt.args...)); code != tt.code || out.Len() > 0 {
				t.Errorf("exit %d, want %d: %s", code, tt.code, &errOut)
			}
		})
	}
}
