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
	c.Flags().StringVar(mode, "consistency", fast,
		"how to read while customers change: "+cli.JoinOr(consistencies())+" (until two readings saw no change)")
	_ = c.RegisterFlagCompletionFunc("consistency", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return consistencies(), cobra.ShellCompDirectiveNoFileComp
	})
}

func checkConsistency(mode string) error {
	if !slices.Contains(consistencies(), mode) {
		return failure.Invalidf("--consistency", "must be %s (got %q)", cli.JoinOr(consistencies()), mode)
	}
	return nil
}

// The values of --consistency.
const (
	fast     = "fast"
	scan     = "scan"
	verified = "verified"
)

func consistencies() []string { return []string{fast, scan, verified} }

// setConsistency makes a pager read as --consistency says.
func setConsistency(p *client.Pager, mode string) {
	p.Sequential, p.Verified = mode == scan, mode == verified
}
