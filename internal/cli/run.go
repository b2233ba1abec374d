package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
)

// run makes a RunE of a command's own function. What fails before it is entered was a usage error.
func (e *Env) Run(f func(ctx context.Context, env *Env, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		e.RunStarted = true
		e.Flags.Collect(c.Flags())
		if format := e.Flags.errorFormat; format != "" && format != "text" && format != "json" {
			return failure.Invalidf("--error-format", "%q: text or json", format)
		}
		if err := e.readFilter(c.Flags()); err != nil {
			return err
		}
		return f(c.Context(), e, args)
	}
}
