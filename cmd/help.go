package cmd

import (
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/nearest"
)

// newHelp is cobra's help command, but an unknown topic is a usage error.
func newHelp(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND|TOPIC]",
		Short: "Show help about a command or a topic",
		Long:  "Show help about a command or a topic.",
		Example: `  hydractl help customers list
  hydractl help exit-codes`,
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			about, _, err := c.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return subcommands(about), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			env.entered = true
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(about, rest)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// subcommands lists the names under which the commands and topics of c can be called.
func subcommands(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			names = append(append(names, sub.Name()), sub.Aliases...)
		}
	}
	return names
}

func unknownCommand(c *cobra.Command, args []string) error {
	f := usagef("unknown command %q for %q", args[0], c.CommandPath())
	f.hint = c.CommandPath() + " --help"
	if near := nearest.Match(args[0], subcommands(c)); near != "" {
		f.hint = c.CommandPath() + " " + near
	}
	return f
}
