package cmd

import (
	"strings"

	"github.com/spf13/cobra"
)

// exactArgs wants one argument for each name, minArgs at least that many. The error names what is missing or too much.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > len(names) {
			f := usagef("%s takes no argument %q", c.CommandPath(), args[len(names)])
			f.hint = c.CommandPath() + " --help"
			return f
		}
		return minArgs(names...)(c, args)
	}
}

// mutedArgs is exactArgs for commands whose arguments may be secrets: it repeats none of them.
func mutedArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > len(names) {
			f := usagef("%s takes %s and no more", c.CommandPath(), strings.Join(names, " "))
			f.hint = c.CommandPath() + " --help"
			return f
		}
		return minArgs(names...)(c, args)
	}
}

func minArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) >= len(names) {
			return nil
		}
		f := usagef("%s wants %s", c.CommandPath(), names[len(args)])
		f.hint = c.CommandPath() + " --help"
		return f
	}
}
