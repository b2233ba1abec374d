package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/pkg/client"
)

// addConsistency puts --consistency on a command that reads every page.
func addConsistency(c *cobra.Command, mode *string) {
	c.Flags().StringVar(mode, "consistency", string(client.Fast),
		"how to read while customers change: "+joinOr(consistencies())+" (until two readings saw no change)")
	_ = c.RegisterFlagCompletionFunc("consistency", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return consistencies(), cobra.ShellCompDirectiveNoFileComp
	})
}

func checkConsistency(mode string) error {
	if !slices.Contains(consistencies(), mode) {
		return invalidf("--consistency", "%q: %s", mode, joinOr(consistencies()))
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
