package cmd

import (
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
)

// newHelp is cobra's help command, but an unknown topic is a usage error.
func newHelp(app *cli.App) *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "help [COMMAND|TOPIC]",
		Short: "Show help about a command or a topic",
		Long: `Show help about a command or a topic. --json prints the command, or all of them,
as data: flags with their types and defaults, and exit codes.`,
		Example: `  hydractl help customers list
  hydractl help exit-codes
  hydractl help --json --jq '.command.commands[].name'`,
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			about, _, err := c.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return cli.Subcommands(about), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if asJSON {
				return app.RunE(runHelpJSON)(c, args)
			}
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return cli.UnknownCommand(about, rest)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the commands as data")
	return c
}
