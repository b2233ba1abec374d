package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
)

// TestConfirm_DeclinedIsReported answers the question of every command that asks one with no.
func TestConfirm_DeclinedIsReported(t *testing.T) {
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
				s := &tinyServer{}
				vars := s.vars(t, dir)
				if got := runCLI(t, vars, "", "customers", "import", writeIn(t, dir, "old.csv", threeRows), "--yes", "--journal", filepath.Join(dir, "j")); got.code != 0 {
					t.Fatal(got.errOut)
				}
				writeIn(t, dir, "new.csv", "email\nnew@example.com\n")
				var args []string
				for _, arg := range tt.args {
					args = append(args, strings.ReplaceAll(arg, "%d", dir))
				}
				got := atTerminal(t, vars, typed, args...)
				if got.code != failure.ExitUsage || !strings.HasSuffix(got.errOut, tt.says+"\n") || strings.Contains(got.errOut, "Error") || got.out != "" {
					t.Errorf("exit code %d, stdout %q, stderr:\n%s", got.code, got.out, got.errOut)
				}
				if _, err := os.Stat(filepath.Join(dir, "j", "journal")); err != nil || len(s.customers) != 3 {
					t.Errorf("%v, %d customers", err, len(s.customers))
				}
				got = atTerminal(t, vars, typed, append(args, "-o", "json")...)
				if !strings.Contains(got.errOut, `"code":"declined"`) || !strings.Contains(got.errOut, `"outcome":"none"`) {
					t.Errorf("stderr:\n%s", got.errOut)
				}
			})
		}
	}
}
