package cmd

import (
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// TestHelp_FitsTerminal checks that the help of a command fits a terminal, apart from its examples, which are to be pasted, and that
// no text is lost.
func TestHelp_FitsTerminal(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"--help", "customers --help", "customers list --help", "customers import --help", "help flags", "help csv", "help environment", "help exit-codes", "help output", "help where"} {
		help := func(width int) string {
			var out strings.Builder
			env := clitest.Env(t, nil, "")
			env.Out, env.Err, env.Terminal = &out, &out, cli.Terminal{Out: width > 0, Width: func() int { return width }}
			Execute(t.Context(), env, strings.Fields(line))
			return out.String()
		}
		whole := help(0)
		for _, width := range []int{60, 80} {
			got := help(width)
			if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(whole), " ") {
				t.Errorf("%s at %d columns has another text:\n%s", line, width, got)
			}
			for text := range strings.Lines(got) {
				list := line == "help environment" || line == "help exit-codes"
				if text = strings.TrimSuffix(text, "\n"); len(text) > width && (list || !strings.HasPrefix(text, "  ")) {
					t.Errorf("%s at %d columns: %q", line, width, text)
				}
			}
		}
	}
}
