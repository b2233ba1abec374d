package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
)

func newProfileUse(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "use NAME",
		Short: "Choose the profile to use from now on",
		Long: `Choose the profile that is used where neither --profile nor HYDRACTL_PROFILE
names another one.`,
		Example: `  hydractl config profile use sandbox
  hydractl config profile use default`,
		Args:              cli.SecretArgs("NAME"),
		ValidArgsFunction: cli.FirstArg(app.CompleteProfile),
		RunE:              app.RunE(runProfileUse),
	}
}

func runProfileUse(ctx context.Context, app *cli.App, args []string) error {
	name := args[0]
	if err := config.Update(ctx, app.ConfigPath(), func(f *config.File) error { return f.UseProfile(name) }); err != nil {
		return err
	}
	app.Status().Note("Profile %s is now in use (%s).", name, app.ConfigPath())
	if other, _ := app.LookupEnv("HYDRACTL_PROFILE"); other != "" && other != name {
		app.Status().Warn("HYDRACTL_PROFILE is set, and chooses %s instead", other)
	}
	return nil
}
