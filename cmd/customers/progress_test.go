package customers_test

import (
	"strings"
	"testing"

	"github.com/hydracore/hydractl/cmd"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// TestReading_ShownUntilOutput checks that a terminal shows how far a walk has come, that nothing of it stays there, and that it
// is not shown where rows are printed meanwhile, with -q and without a terminal.
func TestReading_ShownUntilOutput(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"customers list --all":                 "Reading customers: 200 of 250",
		"customers list --where country=DE":    "Reading customers: 200 of 250",
		"customers count --where country=DE":   "Reading customers: 200 of 250",
		"customers stats":                      "Reading customers: 200 of 250",
		"customers diff --against sandbox":     "",
		"customers list --all --stream":        "",
		"customers list --all -o jsonl":        "",
		"customers list --all -q":              "",
		"customers list --per-page 3":          "",
		"customers count":                      "",
		"customers export -o csv":              "",
		"customers list --all -o yaml --quiet": "",
	} {
		for _, onTerminal := range []bool{true, false} {
			var out, errOut strings.Builder
			env := clitest.Env(t, map[string]string{"HYDRACTL_PROFILE": "sandbox"}, "")
			env.Out, env.Err, env.Terminal = &out, &errOut, cli.Terminal{Err: onTerminal, Width: func() int { return 80 }}
			cmd.Execute(t.Context(), env, strings.Fields(line))
			got := errOut.String()
			switch {
			case want == "" || !onTerminal:
				if strings.Contains(got, "Reading") {
					t.Errorf("%s: %q", line, got)
				}
			case !strings.Contains(got, want) || strings.LastIndex(got, "\r\x1b[K") < strings.LastIndex(got, "Reading"):
				t.Errorf("%s: %q", line, got)
			}
		}
	}
}
