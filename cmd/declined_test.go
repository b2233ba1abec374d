package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// TestConfirm_DeclinedIsReported answers the question of every command that asks one with no.
func TestConfirm_DeclinedIsReported(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		says string
	}{
		"an import":              {[]string{"customers", "import", "%d/new.csv"}, "Nothing was created."},
		"a journal's removal":    {[]string{"imports", "remove", "%d/j/"}, "Nothing was removed."},
		"a reset of the sandbox": {[]string{"sandbox", "reset", "--db", "%d/s.db"}, "Nothing was removed."},
	} {
		for _, typed := range []string{"n\n", "\n", ""} {
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				s, err := sandbox.Start(t.Context(), sandbox.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				vars := map[string]string{"HYDRACORE_API_URL": s.URL(), "HYDRACORE_API_KEY": s.Key(), "HYDRACTL_STATE_DIR": filepath.Join(dir, "state")}
				const rows = "email,company_name\na@example.com,A\nb@example.com,B\nc@example.com,C\n"
				if got := runCLI(t, vars, "", "customers", "import", clitest.WriteTemp(t, "old.csv", rows), "--yes", "--journal", filepath.Join(dir, "j")); got.Code != 0 {
					t.Fatal(got.ErrOut)
				}
				if err := os.WriteFile(filepath.Join(dir, "new.csv"), []byte("email\nnew@example.com\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				var args []string
				for _, arg := range tt.args {
					args = append(args, strings.ReplaceAll(arg, "%d", dir))
				}
				got := atTerminal(t, vars, typed, args...)
				if got.Code != failure.ExitUsage || !strings.HasSuffix(got.ErrOut, tt.says+"\n") || strings.Contains(got.ErrOut, "Error") || got.Out != "" {
					t.Errorf("exit code %d, stdout %q, stderr:\n%s", got.Code, got.Out, got.ErrOut)
				}
				truth, err := s.Snapshot()
				if _, gone := os.Stat(filepath.Join(dir, "j", "journal")); gone != nil || err != nil || len(truth.Customers) != 3 {
					t.Errorf("%v, %v, %d customers", gone, err, len(truth.Customers))
				}
				got = atTerminal(t, vars, typed, append(args, "-o", "json")...)
				if !strings.Contains(got.ErrOut, `"code":"declined"`) || !strings.Contains(got.ErrOut, `"outcome":"none"`) {
					t.Errorf("stderr:\n%s", got.ErrOut)
				}
			})
		}
	}
}
