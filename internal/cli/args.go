package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
)

// ExactArgs requires one argument for each name. The error names what is missing or too much.
func ExactArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > len(names) {
			return argsError(c, "unexpected argument %q", args[len(names)])
		}
		return MinArgs(names...)(c, args)
	}
}

// SecretArgs is ExactArgs for commands whose arguments may be secrets: its errors repeat none of them.
func SecretArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > len(names) {
			return argsError(c, "takes %s and no more", strings.Join(names, " "))
		}
		return MinArgs(names...)(c, args)
	}
}

// MinArgs requires at least one argument for each name.
func MinArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return argsError(c, "missing argument: %s", strings.ReplaceAll(names[len(args)], "|", " or "))
		}
		return nil
	}
}

// PromptedArgs accepts no argument where the command may ask for it, and what args accepts.
func (a *App) PromptedArgs(args cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if len(given) == 0 && a.CanPrompt() {
			return nil
		}
		return args(c, given)
	}
}

func argsError(c *cobra.Command, format string, args ...any) error {
	command := strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
	f := failure.Usagef("%s: "+format, append([]any{command}, args...)...)
	f.Hint = c.CommandPath() + " --help"
	return f
}
