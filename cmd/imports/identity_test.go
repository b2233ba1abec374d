package imports_test

import (
	"context"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hydracore/hydractl/cmd"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// unfinished starts an import that stops at its second row.
func unfinished(t *testing.T, args ...string) (s *tinyServer, vars map[string]string, file string) {
	t.Helper()
	dir := t.TempDir()
	s = &tinyServer{post: refusing("b@example.com")}
	vars = s.vars(t, dir)
	vars["HYDRACTL_STATE_DIR"] = filepath.Join(dir, "state")
	file = writeIn(t, dir, "in.csv", threeRows)
	runCLI(t, vars, "", append([]string{"customers", "import", file, "--yes", "--workers", "1", "--max-errors", "1"}, args...)...)
	if len(s.customers) != 1 {
		t.Fatalf("%d customers after the first run", len(s.customers))
	}
	s.post = nil
	return s, vars, file
}

func TestImport_OptionsOfTheFirstRun(t *testing.T) {
	t.Parallel()
	s, vars, file := unfinished(t, "--set", "industry=x")
	got := runCLI(t, vars, "", "customers", "import", file, "--yes", "--set", "industry=y", "-o", "json")
	if got.Code != failure.ExitJournal || len(s.customers) != 1 || !strings.Contains(got.ErrOut, "industry=x (now industry=y)") {
		t.Errorf("exit code %d, %d customers:\n%s", got.Code, len(s.customers), got.ErrOut)
	}
}

func TestImport_EditedFileOfUnfinished(t *testing.T) {
	t.Parallel()
	for name, elsewhere := range map[string]bool{"the same path": false, "some of the same rows": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, vars, file := unfinished(t)
			text := strings.ReplaceAll(threeRows, "b@", "x@")
			if elsewhere {
				file = filepath.Join(t.TempDir(), "other.csv")
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			got := runCLI(t, vars, "", "customers", "import", file, "--yes", "-o", "json")
			if got.Code != failure.ExitUsage || len(s.customers) != 1 || !strings.Contains(got.ErrOut, "import_unfinished") {
				t.Errorf("exit code %d, %d customers:\n%s", got.Code, len(s.customers), got.ErrOut)
			}
		})
	}
}

// The fixed rows of a file that was refused, and of an import, are sent with its options.
func TestImport_RejectsKeepOptions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &tinyServer{}
	vars := s.vars(t, dir)
	vars["HYDRACTL_STATE_DIR"] = filepath.Join(dir, "state")
	file, rejects := writeIn(t, dir, "in.csv", "email\nno address\n"), filepath.Join(dir, "rejects.csv")
	runCLI(t, vars, "", "customers", "import", file, "--yes", "--set", "currency=CHF", "--rejects", rejects)
	text, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	fixed := writeIn(t, dir, "fixed.csv", strings.Replace(string(text), "no address", "a@example.com", 1))
	got := runCLI(t, vars, "", "customers", "import", fixed, "--yes", "-o", "json")
	if got.Code != failure.ExitOK || len(s.customers) != 1 || s.customers[0]["currency"] != "CHF" {
		t.Errorf("exit code %d, %v:\n%s", got.Code, s.customers, got.ErrOut)
	}
	vars["HYDRACTL_STATE_DIR"] = filepath.Join(dir, "elsewhere")
	got = runCLI(t, vars, "", "customers", "import", fixed, "--yes", "-o", "json")
	if got.Code != failure.ExitUsage || len(s.customers) != 1 {
		t.Errorf("without the journal: exit code %d, %d customers:\n%s", got.Code, len(s.customers), got.ErrOut)
	}
}

// On a terminal the canary is shown, and the others are asked for.
func TestImport_CanaryAsksAgain(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int{"y\ny\n": 3, "y\nn\n": 1, "y\n": 1, "n\n": 0} {
		s, dir := &tinyServer{}, t.TempDir()
		server := httptest.NewServer(&tenantServer{map[string]*tinyServer{clitest.Key: s}})
		vars := map[string]string{"HYDRACORE_API_URL": server.URL, "HYDRACORE_API_KEY": clitest.Key, "HYDRACTL_RETRIES": "0", "HYDRACTL_STATE_DIR": filepath.Join(dir, "state")}
		file := writeIn(t, dir, "in.csv", threeRows)
		got := atTerminal(t, vars, typed, "customers", "import", file, "--canary", "1")
		code := failure.ExitOK
		if want == 0 {
			code = failure.ExitUsage
		}
		if got.Code != code || len(s.customers) != want || strings.Contains(got.ErrOut, "imports resume") != (want == 1) {
			t.Errorf("%q: exit code %d, %d customers, want %d:\n%s", typed, got.Code, len(s.customers), want, got.ErrOut)
		}
		if asked := strings.Count(got.ErrOut, "There is no undo."); asked != min(want+1, 2) {
			t.Errorf("%q: asked %d times:\n%s", typed, asked, got.ErrOut)
		}
		server.Close()
	}
}

// A signal at the second question ends the import as one at any other time.
func TestImport_SignalAtCanaryQuestion(t *testing.T) {
	t.Parallel()
	s, dir := &tinyServer{}, t.TempDir()
	server := httptest.NewServer(&tenantServer{map[string]*tinyServer{clitest.Key: s}})
	t.Cleanup(server.Close)
	env := clitest.Env(t, map[string]string{"HYDRACORE_API_URL": server.URL, "HYDRACORE_API_KEY": clitest.Key, "HYDRACTL_STATE_DIR": filepath.Join(dir, "state")}, "")
	typed, hold := io.Pipe()
	t.Cleanup(func() { _ = hold.Close() })
	go func() { _, _ = io.WriteString(hold, "y\n") }()
	var stop context.CancelCauseFunc
	env.Signals = func(ctx context.Context) (context.Context, func()) {
		ctx, stop = context.WithCancelCause(ctx)
		return ctx, func() {}
	}
	errOut := &cuedWriter{cue: "Create the other", do: func() { stop(cli.Interrupted{Signal: syscall.SIGTERM}) }}
	env.In, env.Out, env.Err = typed, io.Discard, errOut
	env.Terminal = cli.Terminal{In: true, Err: true, Width: func() int { return 80 }}
	code := cmd.Execute(t.Context(), env, []string{"customers", "import", writeIn(t, dir, "in.csv", threeRows), "--canary", "1"})
	if code != failure.ExitTerminated || len(s.customers) != 1 || !strings.Contains(errOut.String(), "stopped by SIGTERM with 2 rows left") {
		t.Errorf("exit code %d, %d customers:\n%s", code, len(s.customers), errOut.String())
	}
}

// cuedWriter does something once, when a text is printed.
type cuedWriter struct {
	strings.Builder

	cue string
	do  func()
}

func (w *cuedWriter) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.cue) {
		w.do()
	}
	return w.Builder.Write(p)
}
