package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
)

// NewGroup makes a command that only holds others. Without a subcommand, or with an unknown one, it is a usage error.
func NewGroup(use, short, long, example string, aliases ...string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, Example: example, Aliases: aliases,
		Args: cobra.ArbitraryArgs, RunE: GroupRun,
	}
}

// GroupRun is the RunE of a command that only holds others.
func GroupRun(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		f := failure.Usagef("%v", errBareGroup)
		f.Hint, f.Cause = c.CommandPath()+" --help", errBareGroup
		return f
	}
	return UnknownCommand(c, args)
}

// Fill adds the subcommands of a group, if the command line has a word that may lead into the group: most runs need one
// group of many, and all of them would double the time of a start.
func (a *App) Fill(group *cobra.Command, subcommands ...func(*App) *cobra.Command) *cobra.Command {
	named := func(word string) bool { return word == group.Name() || group.HasAlias(word) }
	if a.args == nil || slices.ContainsFunc(a.args, named) {
		for _, sub := range subcommands {
			group.AddCommand(sub(a))
		}
	}
	return group
}

// errBareGroup ends a group called without a subcommand.
var errBareGroup = errors.New("a subcommand is missing")
