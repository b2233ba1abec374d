package cmd

import (
	"context"

	"github.com/spf13/cobra"
)

// run makes a RunE of a command's own function. What fails before it is entered was a usage error.
func (e *Env) run(f func(ctx context.Context, env *Env, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		e.entered = true
		e.flags.collect(c.Flags())
		if format := e.flags.errorFormat; format != "" && format != "text" && format != "json" {
			return invalidf("--error-format", "%q: text or json", format)
		}
		if err := e.readFilter(c.Flags()); err != nil {
			return err
		}
		return f(c.Context(), e, args)
	}
}
