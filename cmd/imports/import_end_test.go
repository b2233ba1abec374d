package imports_test

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hydracore/hydractl/cmd"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

func TestImport_Redirected(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &tinyServer{post: func(w http.ResponseWriter, _ string) bool {
		w.Header().Set("Location", "https://elsewhere.example.com/v1/\u202ecustomers")
		w.WriteHeader(http.StatusTemporaryRedirect)
		return true
	}}
	file := writeIn(t, dir, "in.csv", "email\na@example.com\n")
	got := runCLI(t, s.vars(t, dir), "", "customers", "import", file, "--yes")
	want := `the import stopped with 1 row left (1 unconfirmed): the server redirects /v1/customers to "https://elsewhere.example.com/v1/\u202ecustomers" (307); that is not followed`
	if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, want) {
		t.Errorf("exit code %d, want %s in stderr:\n%s", got.Code, want, got.ErrOut)
	}
}

func TestImport_UnconfirmedRowsLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &tinyServer{post: func(w http.ResponseWriter, email string) bool {
		status := http.StatusForbidden
		if email == "a@example.com" {
			status = http.StatusInternalServerError
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"detail":"no"}`))
		return true
	}}
	got := runCLI(t, s.vars(t, dir), "", "customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes", "--workers", "1", "-o", "json")
	e := errorOf(t, got)
	if got.Code != failure.ExitUnknown || !e.Retryable || e.Outcome != failure.OutcomeUnknown || !strings.Contains(e.Message, "with 3 rows left (1 unconfirmed): ") ||
		!strings.Contains(e.Hint, "hydractl imports resume") {
		t.Errorf("exit code %d, %+v", got.Code, e)
	}
}

func TestImport_MaxErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		limit string
		sent  int
		code  int
		says  string
	}{
		"one":        {"1", 1, failure.ExitPartial, "the import stopped with 2 rows left: too many rows were refused, the last one with: no good"},
		"two":        {"2", 2, failure.ExitPartial, "the import stopped with 1 row left: too many rows were refused, the last one with: no good"},
		"all":        {"3", 3, failure.ExitRejected, "3 of 3 rows were refused"},
		"more":       {"4", 3, failure.ExitRejected, "3 of 3 rows were refused"},
		"all by far": {"100%", 3, failure.ExitRejected, "3 of 3 rows were refused"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, sent := t.TempDir(), 0
			refuse := refusing("a@example.com", "b@example.com", "c@example.com")
			s := &tinyServer{post: func(w http.ResponseWriter, email string) bool {
				sent++
				return refuse(w, email)
			}}
			got := runCLI(t, s.vars(t, dir), "", "customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes", "--workers", "1", "--max-errors", tt.limit)
			if got.Code != tt.code || sent != tt.sent || !strings.Contains(got.ErrOut, "Error: "+tt.says+"\n") {
				t.Errorf("exit code %d after %d sends, stderr:\n%s", got.Code, sent, got.ErrOut)
			}
		})
	}
}

// TestImport_SignalExitCode loses the answer that was under way when the signal came.
func TestImport_SignalExitCode(t *testing.T) {
	t.Parallel()
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: failure.ExitInterrupt, syscall.SIGTERM: failure.ExitTerminated} {
		t.Run(signal.String(), func(t *testing.T) {
			dir := t.TempDir()
			var stop context.CancelCauseFunc
			s := &tinyServer{post: func(w http.ResponseWriter, _ string) bool {
				stop(cli.Interrupted{Signal: signal})
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}}
			var out, errOut bytes.Buffer
			app := clitest.Env(t, s.vars(t, dir), "")
			app.Out, app.Err = &out, &errOut
			app.Signals = func(ctx context.Context) (context.Context, func()) {
				ctx, cancel := context.WithCancelCause(ctx)
				stop = cancel
				return ctx, func() { cancel(nil) }
			}
			args := []string{"customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes", "--workers", "1", "-o", "json"}
			args = append(args, "--journal", filepath.Join(dir, "j"))
			got := clitest.Ran{Code: cmd.Execute(t.Context(), app, args), Out: out.String(), ErrOut: errOut.String()}
			e := errorOf(t, got)
			if got.Code != code || e.ExitCode != code || e.Outcome != failure.OutcomeUnknown || !e.Retryable ||
				!strings.Contains(e.Message, " with 3 rows left (1 unconfirmed)") || !strings.Contains(e.Hint, "hydractl imports resume") {
				t.Errorf("exit code %d, %+v", got.Code, e)
			}
		})
	}
}
