package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

func newProfileRemove(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "remove NAME",
		Aliases: []string{"rm"},
		Short:   "Remove a profile",
		Long: `Remove a profile from the configuration file, with its settings and its key.
There is no undo.`,
		Example: `  hydractl config profile add trial
  hydractl config profile remove trial`,
		Args:              cli.SecretArgs("NAME"),
		ValidArgsFunction: cli.FirstArg(app.CompleteProfile),
		RunE:              app.RunE(runProfileRemove),
	}
}

func runProfileRemove(ctx context.Context, app *cli.App, args []string) error {
	name, inUse := args[0], false
	err := config.Update(ctx, app.ConfigPath(), func(f *config.File) error {
		inUse = f.Current() == name
		if _, signedIn, err := f.Get(name, "credential_store"); err == nil && signedIn {
			f := failure.Usagef("profile %s has a credential that auth login has stored, which would stay behind", name)
			f.Hint = "hydractl auth logout --profile " + name
			return f
		}
		return f.RemoveProfile(name)
	})
	if err != nil {
		return err
	}
	app.Status().Note("Removed profile %s (%s).", name, app.ConfigPath())
	if inUse {
		app.Status().Note("It was in use. To choose another profile: hydractl config profile use NAME")
	}
	return nil
}
