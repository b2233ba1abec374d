package cmd

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

// commands lists every command of the tree, the root included.
func commands(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		all = append(all, commands(sub)...)
	}
	return all
}

func testRoot() *cobra.Command {
	return newRoot(cli.NewApp(&cli.Env{LookupEnv: func(string) (string, bool) { return "", false }}, nil))
}

func TestTree_CommandsAreDocumented(t *testing.T) {
	t.Parallel()
	for _, c := range commands(testRoot()) {
		path := c.CommandPath()
		if c.Short == "" || c.Example == "" || c.Long == "" && !c.IsAdditionalHelpTopicCommand() {
			t.Errorf("%s lacks Short, Long or Example", path)
		}
		for line := range strings.SplitSeq(c.Long, "\n") {
			if len([]rune(line)) > 80 {
				t.Errorf("%s: help is wider than 80 columns: %q", path, line)
			}
		}
		if !strings.Contains(c.Example, "hydractl") {
			t.Errorf("%s has no example of itself", path)
		}
		if !c.IsAdditionalHelpTopicCommand() && c.RunE == nil {
			t.Errorf("%s exits 0 when it is called bare", path)
		}
	}
}

func TestTree_FlagsAreUniqueAndKeepCommas(t *testing.T) {
	t.Parallel()
	root := testRoot()
	for _, c := range commands(root) {
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			own := f.Name == "template" && c.Name() == "import" // an example file, where there is no document
			if c != root && !own && root.PersistentFlags().Lookup(f.Name) != nil {
				t.Errorf("%s: --%s hides a global flag", c.CommandPath(), f.Name)
			}
			if f.Shorthand != "" && root.PersistentFlags().ShorthandLookup(f.Shorthand) != nil {
				t.Errorf("%s: -%s hides a global flag", c.CommandPath(), f.Shorthand)
			}
			if f.Value.Type() == "stringSlice" {
				t.Errorf("%s: --%s splits %q", c.CommandPath(), f.Name, "Foo, Inc.")
			}
			if f.Usage == "" {
				t.Errorf("%s: --%s has no description", c.CommandPath(), f.Name)
			}
		})
	}
}

func TestTree_BareGroupIsUsageError(t *testing.T) {
	t.Parallel()
	for _, c := range commands(testRoot()) {
		if !c.HasSubCommands() {
			continue
		}
		words := strings.Fields(c.CommandPath())[1:]
		got := runCLI(t, nil, "", words...)
		if got.Code != failure.ExitUsage || got.Out != "" || !strings.Contains(got.ErrOut, "Usage:") {
			t.Errorf("%v: exit %d, stdout %q", words, got.Code, got.Out)
		}
		for _, extra := range [][]string{{"nonsense"}, {"--nonsense"}} {
			got := runCLI(t, nil, "", append(words, extra...)...)
			if got.Code != failure.ExitUsage || got.Out != "" || !strings.Contains(got.ErrOut, "nonsense") {
				t.Errorf("%v: exit %d, stdout %q, stderr %q", append(words, extra...), got.Code, got.Out, got.ErrOut)
			}
		}
	}
}

func TestTree_TypingMistakesGetNearestWord(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"customers lst":              "hydractl customers list",
		"custmers list":              "hydractl customers",
		"customers list --serch x":   "--search",
		"customers list --columns x": "valid: email",
		"help customrs":              "hydractl customers",
	} {
		got := runCLI(t, map[string]string{"HYDRACORE_API_KEY": clitest.Key}, "", strings.Fields(line)...)
		if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, want) {
			t.Errorf("%s: exit %d, stderr %s", line, got.Code, got.ErrOut)
		}
	}
}

func TestTree_UsageErrorsAsJSON(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"customers list -o json --nonsense", "customers list --nonsense -o json", "--error-format json customers nonsense",
		"customers list --per-page 0 -o jsonl", "customers get -o yaml",
	} {
		got := runCLI(t, nil, "", strings.Fields(line)...)
		if got.Code != failure.ExitUsage || !json.Valid([]byte(got.ErrOut)) {
			t.Errorf("%s: exit %d, stderr %s", line, got.Code, got.ErrOut)
		}
	}
}

func TestTree_HelpNeedsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range commands(testRoot()) {
		words := strings.Fields(c.CommandPath())[1:]
		for _, args := range [][]string{append(words, "--help"), append([]string{"help"}, words...)} {
			got := runCLI(t, nil, "", args...)
			if got.Code != failure.ExitOK || got.Out == "" || got.ErrOut != "" {
				t.Errorf("%v: exit %d, stdout %d bytes, stderr %q", args, got.Code, len(got.Out), got.ErrOut)
			}
		}
	}
}

func TestTree_SettingsWithFlagAreGlobalFlags(t *testing.T) {
	t.Parallel()
	flags := testRoot().PersistentFlags()
	for _, d := range config.Definitions() {
		if d.Flag != "" && flags.Lookup(strings.TrimPrefix(d.Flag, "--")) == nil {
			t.Errorf("%s: there is no %s", d.Name, d.Flag)
		}
	}
}
