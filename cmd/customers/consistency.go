package customers

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// addConsistency puts --consistency on a command that reads every page.
func addConsistency(c *cobra.Command, mode *string) {
	c.Flags().StringVar(mode, "consistency", string(client.Fast),
		"how to read while customers change: "+cli.JoinOr(consistencies())+" (until two readings saw no change)")
	_ = c.RegisterFlagCompletionFunc("consistency", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return consistencies(), cobra.ShellCompDirectiveNoFileComp
	})
}

func checkConsistency(mode string) error {
	if !slices.Contains(consistencies(), mode) {
		return failure.Invalidf("--consistency", "%q: %s", mode, cli.JoinOr(consistencies()))
	}
	return nil
}

func consistencies() []string {
	var all []string
	for _, c := range client.Consistencies() {
		all = append(all, string(c))
	}
	return all
}
