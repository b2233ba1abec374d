package sandboxcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/sandbox"
)

type sandboxResetOptions struct {
	db   string
	seed int
}

func newSandboxReset(app *cli.App) *cobra.Command {
	o := &sandboxResetOptions{}
	c := &cobra.Command{
		Use:   "reset",
		Short: "Empty the sandbox and fill it again",
		Long:  "Empty the sandbox's database and fill it with the made-up customers again. A\nfile that is no sandbox is refused.",
		Example: `  hydractl sandbox reset --yes
  hydractl sandbox reset --yes --seed 1000`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.db, "db", "", "database file (default: sandbox.db in the state folder)")
	f.IntVar(&o.seed, "seed", cli.SandboxSeed, "made-up customers to fill it with")
	return c
}

func (o *sandboxResetOptions) run(_ context.Context, app *cli.App, _ []string) error {
	path, err := sandboxPath(app, o.db)
	if err != nil {
		return err
	}
	s, err := app.Settings()
	if err != nil {
		return err
	}
	if err := app.Confirm(s.NoInput, "Delete everything in the sandbox "+path+"?", "Nothing was removed."); err != nil {
		return err
	}
	if err := sandbox.Reset(path, o.seed); err != nil {
		return cli.SandboxFailure(err)
	}
	app.Status().Note("The sandbox %s holds %s.", path, cli.Plural(int64(o.seed), "customer"))
	return nil
}
