package sandboxcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/sandbox"
)

func newReset(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "reset",
		Short: "Empty the sandbox and fill it again",
		Long:  "Empty the sandbox's database and fill it with the made-up customers again. A\nfile that is no sandbox is refused.",
		Example: `  hydractl sandbox reset --yes
  hydractl sandbox reset --yes --seed 1000`,
		Args: cli.ExactArgs(),
	}
	customers := c.Flags().Int("seed", cli.SandboxSeed, "made-up customers to fill it with")
	return onDB(app, c, func(app *cli.App, path string, _ []string) error { return runReset(c.Context(), app, path, *customers) })
}

func runReset(ctx context.Context, app *cli.App, path string, customers int) error {
	if err := app.Confirm(ctx, "Delete everything in the sandbox "+path+"?", "Nothing was removed."); err != nil {
		return err
	}
	if err := sandbox.Reset(path, customers); err != nil {
		return cli.SandboxFailure(err)
	}
	app.Status().Note("The sandbox %s now has %s.", path, cli.Plural(int64(customers), "customer"))
	return nil
}
