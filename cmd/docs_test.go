package cmd

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "rewrite docs/cli") //nolint:gochecknoglobals // a flag of the test binary

const docsFolder = "../docs/cli"

// TestGeneratedDocs checks that docs/cli says what --help says; `make docs` writes it.
func TestGeneratedDocs(t *testing.T) {
	t.Parallel()
	written := map[string]bool{}
	for _, c := range commands(testRoot()) {
		if c.Name() == "help" {
			continue
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "_") + ".md"
		written[name] = true
		want, path := page(t, c), filepath.Join(docsFolder, name)
		if *update {
			if err := os.MkdirAll(docsFolder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s is not up to date: make docs (%v)", path, err)
		}
	}
	files, err := filepath.Glob(docsFolder + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !written[filepath.Base(f)] {
			t.Errorf("%s documents a command that does not exist", f)
		}
	}
}

// page is a command's help as Markdown.
func page(t *testing.T, c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", c.CommandPath(), c.Short)
	if c.IsAdditionalHelpTopicCommand() {
		got := runCLI(t, nil, "", "help", c.Name())
		fmt.Fprintf(&b, "```text\n%s```\n", got.Out)
		return b.String()
	}
	fmt.Fprintf(&b, "```text\n%s\n```\n\n## Examples\n\n```sh\n%s\n```\n", strings.TrimSpace(c.Long), unindent(c.Example))
	if c.HasParent() && c.HasAvailableLocalFlags() {
		fmt.Fprintf(&b, "\n## Flags\n\n```text\n%s\n```\n", strings.TrimRight(c.LocalFlags().FlagUsages(), "\n "))
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\n## Commands\n\n")
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" || sub.IsAdditionalHelpTopicCommand() {
			fmt.Fprintf(&b, "- [%s](%s.md): %s\n", sub.CommandPath(), strings.ReplaceAll(sub.CommandPath(), " ", "_"), sub.Short)
		}
	}
	return b.String()
}

func unindent(example string) string {
	lines := strings.Split(strings.Trim(example, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}
