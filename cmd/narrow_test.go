package cmd

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// TestTables_FitTheTerminal checks that no line of a list is wider than the terminal, which would break it.
func TestTables_FitTheTerminal(t *testing.T) {
	t.Parallel()
	vars := map[string]string{"HYDRACTL_STATE_DIR": t.TempDir(), "HYDRACTL_PROFILE": "sandbox", "NO_COLOR": "1"}
	file := clitest.WriteTemp(t, "the-customers-of-our-second-shop.csv", "email\nann@example.org\n")
	if got := runCLI(t, vars, "", "customers", "import", file, "--yes"); got.Code != failure.ExitOK {
		t.Fatal(got.ErrOut)
	}
	for _, line := range []string{
		"customers list", "imports list", "config profile list", "config list", "sandbox keys list", "sandbox tenants list", "sandbox faults", "sandbox faults --params", "schema",
	} {
		for _, width := range []int{60, 80} {
			var out bytes.Buffer
			env := clitest.Env(t, vars, "")
			env.Out, env.Err, env.Terminal = &out, io.Discard, cli.Terminal{Out: true, Width: func() int { return width }, Height: func() int { return 24 }}
			if code := Execute(t.Context(), env, strings.Fields(line)); code != failure.ExitOK {
				t.Fatalf("%s: exit %d", line, code)
			}
			if line == "config list" && !strings.Contains(out.String(), "VALUE") {
				t.Errorf("%s at %d columns has no values: %s", line, width, out.String())
			}
			for row := range strings.Lines(out.String()) {
				if n := utf8.RuneCountInString(strings.TrimSpace(row)); n > width {
					t.Errorf("%s: %d columns at %d: %s", line, n, width, row)
				}
			}
		}
	}
}
