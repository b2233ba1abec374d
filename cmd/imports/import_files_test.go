package imports_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
)

// TestImportFiles_ReportNeverOverInput names the input, or one file for both reports, in other words.
func TestImportFiles_ReportNeverOverInput(t *testing.T) {
	t.Parallel()
	const rows = "email\nnew@example.com\n"
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(file("sub"), 0o700))
	must(os.WriteFile(file("in.csv"), []byte(rows), 0o600))
	must(os.Link(file("in.csv"), file("hard.csv")))
	must(os.Symlink(file("in.csv"), file("soft.csv")))
	must(os.Symlink(file("sub"), file("linked")))
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"the input":                    {[]string{file("in.csv"), "--results", dir + "/sub/../in.csv"}, "is the input itself"},
		"a hard link to it":            {[]string{file("in.csv"), "--rejects", file("hard.csv")}, "is the input itself"},
		"the input by a symbolic link": {[]string{file("soft.csv"), "--results", file("in.csv")}, "is the input itself"},
		"each other":                   {[]string{file("in.csv"), "--results", dir + "/./r.csv", "--rejects", file("r.csv")}, "name the same file"},
		"each other by a folder":       {[]string{file("in.csv"), "--results", file("sub/r.csv"), "--rejects", file("linked/r.csv")}, "name the same file"},
		"stdout":                       {[]string{file("in.csv"), "--results", "-"}, "must be the path of a file (got -"},
		"stdout for the rejected rows": {[]string{file("in.csv"), "--rejects", "-"}, "must be the path of a file (got -"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-p", "sandbox", "customers", "import", "--yes", "--force"}, tt.args...)
			got := runCLI(t, nil, "", args...)
			if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, tt.want) {
				t.Errorf("exit code %d, stderr:\n%s", got.Code, got.ErrOut)
			}
			if text, err := os.ReadFile(file("in.csv")); err != nil || string(text) != rows {
				t.Errorf("the input is %q, %v", text, err)
			}
		})
	}
}
