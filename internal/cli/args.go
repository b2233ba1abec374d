package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
)

// exactArgs wants one argument for each name, minArgs at least that many. The error names what is missing or too much.
func ExactArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > len(names) {
			f := failure.Usagef("%s takes no argument %q", c.CommandPath(), args[len(names)])
			f.Hint = c.CommandPath() + " --help"
			return f
		}
		return MinArgs(names...)(c, args)
	}
}

// mutedArgs is exactArgs for commands whose arguments may be secrets: it repeats none of them.
func MutedArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > len(names) {
			f := failure.Usagef("%s takes %s and no more", c.CommandPath(), strings.Join(names, " "))
			f.Hint = c.CommandPath() + " --help"
			return f
		}
		return MinArgs(names...)(c, args)
	}
}

func MinArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) >= len(names) {
			return nil
		}
		f := failure.Usagef("%s wants %s", c.CommandPath(), names[len(args)])
		f.Hint = c.CommandPath() + " --help"
		return f
	}
}
