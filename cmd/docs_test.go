package cmd

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/cli"
)

var update = flag.Bool("update", false, "write docs/cli and docs/man again") //nolint:gochecknoglobals // a flag of the test binary

// TestGeneratedDocs checks that docs/cli and docs/man say what --help says; `make docs` writes them.
func TestGeneratedDocs(t *testing.T) {
	t.Parallel()
	markdown, manual := map[string]string{}, map[string]string{}
	for _, c := range commands(testRoot()) {
		if c.Name() == "help" {
			continue
		}
		markdown[docName(c)] = markdownPage(t, c)
		manual[manualName(c)] = manualPage(t, c)
	}
	checkFolder(t, "../docs/cli", markdown)
	checkFolder(t, "../docs/man", manual)
}

// checkFolder checks that a folder has these files and no others, after writing them with -update.
func checkFolder(t *testing.T, folder string, want map[string]string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range want {
		path := filepath.Join(folder, name)
		if *update {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%s is not up to date: make docs (%v)", path, err)
		}
	}
	files, err := filepath.Glob(folder + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := want[filepath.Base(f)]; !ok {
			t.Errorf("%s documents a command that does not exist", f)
		}
	}
}

// docName is the file of a command's page in docs/cli.
func docName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "_") + ".md" }

// docLink is a link from one page of docs/cli to another.
func docLink(c *cobra.Command) string { return "[" + c.CommandPath() + "](" + docName(c) + ")" }

// documented returns the commands and topics below c that have a page.
func documented(c *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" || sub.IsAdditionalHelpTopicCommand() {
			all = append(all, sub)
		}
	}
	return all
}

// markdownPage is a command's help as Markdown, with links up, down and across.
func markdownPage(t *testing.T, c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", c.CommandPath(), c.Short)
	if c.IsAdditionalHelpTopicCommand() {
		got := runCLI(t, nil, "", "help", c.Name())
		fmt.Fprintf(&b, "```text\n%s```\n", got.Out)
		writeSeeAlso(&b, c)
		return b.String()
	}
	fmt.Fprintf(&b, "```text\n%s\n```\n\n%s\n\n## Examples\n\n```sh\n%s\n```\n", cli.UseLine(c), markdownText(c.Long), unindent(c.Example))
	if c.HasParent() {
		for _, g := range cli.FlagGroups(c) {
			title := "Flags"
			if g.Title != title {
				title += ": " + g.Title
			}
			fmt.Fprintf(&b, "\n## %s\n\n```text\n%s\n```\n", title, strings.TrimRight(g.Flags.FlagUsages(), "\n "))
		}
	}
	b.WriteString("\nGlobal flags such as `--profile` and `--output`: [flags of every command](hydractl_flags.md).\n")
	if codes := cli.ExitCodes(c); len(codes) > 0 {
		b.WriteString("\n## Exit codes\n\n| code | meaning |\n|---:|---|\n")
		for _, code := range codes {
			fmt.Fprintf(&b, "| %d | %s |\n", code.Code, code.Short)
		}
		b.WriteString("\n[All exit codes](hydractl_exit-codes.md)\n")
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\n## Commands\n\n")
		for _, sub := range documented(c) {
			fmt.Fprintf(&b, "- %s: %s\n", docLink(sub), sub.Short)
		}
	}
	writeSeeAlso(&b, c)
	return b.String()
}

// writeSeeAlso links a page to the one above it and to those beside it.
func writeSeeAlso(b *strings.Builder, c *cobra.Command) {
	if !c.HasParent() {
		return
	}
	links := []string{docLink(c.Parent())}
	for _, sibling := range documented(c.Parent()) {
		if sibling != c && sibling.IsAdditionalHelpTopicCommand() == c.IsAdditionalHelpTopicCommand() {
			links = append(links, docLink(sibling))
		}
	}
	b.WriteString("\n## See also\n\n" + strings.Join(links, ",\n") + "\n")
}

// paragraphs splits a help text; one with an indented line is shown as it is.
func paragraphs(long string) (texts []string, verbatim []bool) {
	for paragraph := range strings.SplitSeq(strings.TrimSpace(long), "\n\n") {
		texts = append(texts, paragraph)
		verbatim = append(verbatim, strings.HasPrefix(paragraph, "  ") || strings.Contains(paragraph, "\n  "))
	}
	return texts, verbatim
}

func markdownText(long string) string {
	texts, verbatim := paragraphs(long)
	for i, text := range texts {
		if verbatim[i] {
			texts[i] = "```text\n" + text + "\n```"
			continue
		}
		texts[i] = strings.NewReplacer("*", `\*`, "<", `\<`, "_hydractl_", "`_hydractl_`").Replace(text)
	}
	return strings.Join(texts, "\n\n")
}

func unindent(example string) string {
	lines := strings.Split(strings.Trim(example, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}

// manualName is the file of a command's page in docs/man.
func manualName(c *cobra.Command) string { return manualTitle(c) + ".1" }

func manualTitle(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manualPage is a command's help as a page for man, without a date, so that it is the same in every build.
func manualPage(t *testing.T, c *cobra.Command) string {
	var b strings.Builder
	title := manualTitle(c)
	fmt.Fprintf(&b, ".TH %q 1 \"\" \"hydractl\" \"hydractl manual\"\n", strings.ToUpper(title))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(title), roff(c.Short))
	if c.IsAdditionalHelpTopicCommand() {
		got := runCLI(t, nil, "", "help", c.Name())
		fmt.Fprintf(&b, ".SH DESCRIPTION\n.nf\n%s.fi\n", roff(got.Out))
		writeManualSeeAlso(&b, c)
		return b.String()
	}
	fmt.Fprintf(&b, ".SH SYNOPSIS\n%s\n.SH DESCRIPTION\n", roff(cli.UseLine(c)))
	texts, verbatim := paragraphs(c.Long)
	for i, text := range texts {
		if verbatim[i] {
			fmt.Fprintf(&b, ".PP\n.nf\n%s\n.fi\n", roff(text))
		} else {
			fmt.Fprintf(&b, ".PP\n%s\n", roff(text))
		}
	}
	writeManualFlags(&b, c)
	if codes := cli.ExitCodes(c); len(codes) > 0 {
		b.WriteString(".SH EXIT STATUS\n")
		for _, code := range codes {
			fmt.Fprintf(&b, ".TP\n.B %d\n%s\n", code.Code, roff(code.Meaning))
		}
	}
	fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(unindent(c.Example)))
	writeManualSeeAlso(&b, c)
	return b.String()
}

// writeManualFlags writes the flags of a command, and the global ones on the page of the program.
func writeManualFlags(b *strings.Builder, c *cobra.Command) {
	groups := cli.FlagGroups(c)
	if !c.HasParent() {
		groups = []cli.FlagGroup{{Title: "Flags of every command", Flags: c.PersistentFlags()}}
	}
	if len(groups) == 0 {
		return
	}
	b.WriteString(".SH OPTIONS\n")
	for _, g := range groups {
		if len(groups) > 1 {
			fmt.Fprintf(b, ".SS %s\n", roff(g.Title))
		}
		g.Flags.VisitAll(func(f *pflag.Flag) {
			kind, text := pflag.UnquoteUsage(f)
			name := "--" + f.Name
			if f.Shorthand != "" {
				name = "-" + f.Shorthand + ", " + name
			}
			fmt.Fprintf(b, ".TP\n\\fB%s\\fR", roff(name))
			if kind != "" {
				fmt.Fprintf(b, " \\fI%s\\fR", roff(kind))
			}
			if !slices.Contains([]string{"", "false", "[]", "0", "0s"}, f.DefValue) {
				text += " (default: " + f.DefValue + ")"
			}
			fmt.Fprintf(b, "\n%s\n", roff(text))
		})
	}
	if c.HasParent() {
		b.WriteString(".PP\nGlobal flags:\n.BR hydractl (1).\n")
	}
}

func writeManualSeeAlso(b *strings.Builder, c *cobra.Command) {
	pages := map[string]bool{}
	if c.HasParent() {
		pages[manualReference(c.Parent())] = true
		pages[".BR hydractl\\-exit\\-codes (1)"] = c.Name() != "exit-codes"
	}
	for _, sub := range documented(c) {
		pages[manualReference(sub)] = true
	}
	var all []string
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		if pages[page] {
			all = append(all, page)
		}
	}
	b.WriteString(".SH SEE ALSO\n" + strings.Join(all, ",\n") + "\n")
}

func manualReference(c *cobra.Command) string {
	return ".BR " + roff(manualTitle(c)) + " (1)"
}

// roff escapes a text for man: backslashes, dashes that are to be copied, and lines that begin as a request does.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
