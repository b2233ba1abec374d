package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// helpDocument is what `help --json` prints: the commands as data.
type helpDocument struct {
	Schema      string         `json:"schema"`
	Version     string         `json:"version"`
	GlobalFlags []flagHelp     `json:"global_flags"`
	ExitCodes   []exitCodeHelp `json:"exit_codes"`
	Command     commandHelp    `json:"command"`
}

// commandHelp is a command or a help topic, with everything below it.
type commandHelp struct {
	Name      string        `json:"name"`  // with the names above it
	Usage     string        `json:"usage"` // with the arguments
	Aliases   []string      `json:"aliases"`
	Short     string        `json:"short"`
	Long      string        `json:"long"`
	Examples  []string      `json:"examples"`
	Topic     bool          `json:"topic"`
	Flags     []flagHelp    `json:"flags"`
	ExitCodes []int         `json:"exit_codes"`
	Commands  []commandHelp `json:"commands"`
}

// flagHelp is a flag.
type flagHelp struct {
	Name       string `json:"name"`
	Shorthand  string `json:"shorthand"`
	Type       string `json:"type"` // bool, int, string or duration
	Repeatable bool   `json:"repeatable"`
	Default    string `json:"default"`
	Usage      string `json:"usage"`
	Group      string `json:"group"`
}

// exitCodeHelp is an exit code.
type exitCodeHelp struct {
	Code    int    `json:"code"`
	Meaning string `json:"meaning"`
}

// runHelpJSON prints the command that words name, or every command.
func runHelpJSON(_ context.Context, app *cli.App, words []string) error {
	opts := app.OutputWithoutConfig()
	if opts.Preferred || opts.Format == "" {
		opts.Format = "json"
	}
	printer, err := output.New[helpDocument](opts, nil)
	if err != nil {
		return err
	}
	root := newRoot(cli.NewApp(&app.Env, nil)) // with every command
	about, rest, err := root.Find(words)
	if err != nil || len(rest) > 0 {
		return cli.UnknownCommand(about, rest)
	}
	doc := helpDocument{Schema: "help", Version: app.Build.Version, GlobalFlags: flagsHelp(root.PersistentFlags(), "Global flags"), Command: describeCommand(about)}
	for _, code := range failure.ExitCodes() {
		doc.ExitCodes = append(doc.ExitCodes, exitCodeHelp{code.Code, code.Meaning})
	}
	return printer.Item(app.Out, doc, nil)
}

func describeCommand(c *cobra.Command) commandHelp {
	h := commandHelp{
		Name: c.CommandPath(), Usage: cli.UseLine(c), Aliases: append([]string{}, c.Aliases...), Short: c.Short, Long: strings.TrimSpace(c.Long),
		Examples: exampleLines(c.Example), Topic: c.IsAdditionalHelpTopicCommand(), Flags: []flagHelp{}, ExitCodes: []int{}, Commands: []commandHelp{},
	}
	if !h.Topic {
		for _, g := range cli.FlagGroups(c) {
			h.Flags = append(h.Flags, flagsHelp(g.Flags, g.Title)...)
		}
	}
	for _, code := range cli.ExitCodes(c) {
		h.ExitCodes = append(h.ExitCodes, code.Code)
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			h.Commands = append(h.Commands, describeCommand(sub))
		}
	}
	return h
}

func flagsHelp(set *pflag.FlagSet, group string) []flagHelp {
	var all []flagHelp
	set.VisitAll(func(f *pflag.Flag) {
		kind, repeatable := strings.CutSuffix(f.Value.Type(), "Array")
		value := f.DefValue
		if repeatable {
			value = ""
		}
		all = append(all, flagHelp{Name: f.Name, Shorthand: f.Shorthand, Type: kind, Repeatable: repeatable, Default: value, Usage: f.Usage, Group: group})
	})
	return all
}

// exampleLines returns the commands of an example, without the blanks before them.
func exampleLines(example string) []string {
	lines := []string{}
	for line := range strings.SplitSeq(example, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
