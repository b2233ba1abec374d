package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
)

type unsetOptions struct{ place }

func newUnset(app *cli.App) *cobra.Command {
	o := &unsetOptions{}
	c := &cobra.Command{
		Use:   "unset KEY",
		Short: "Remove a setting from the configuration file",
		Long: `Remove a setting from the profile in use, or with --all-profiles from the
defaults that all profiles share. A setting that is not there is not an error.`,
		Example: `  hydractl config unset output
  hydractl config unset retries --all-profiles`,
		Args:              cli.SecretArgs("KEY"),
		ValidArgsFunction: cli.FirstArg(completeSettings),
		RunE:              app.RunE(o.run),
	}
	o.place.flag(c)
	return c
}

func (o *unsetOptions) run(ctx context.Context, app *cli.App, args []string) error {
	d, err := defineSetting(args[0])
	if err != nil {
		return err
	}
	var profile string
	var removed, shared bool
	err = config.Update(ctx, app.ConfigPath(), func(f *config.File) error {
		if profile, err = o.place.profile(app, f); err != nil {
			return err
		}
		if removed, err = f.Unset(profile, d.Name); err != nil {
			return err
		}
		_, shared, err = f.Get("", d.Name)
		return err
	})
	switch {
	case err != nil:
		return err
	case removed:
		app.Status().Note("Removed %s from %s (%s).", d.Name, placeName(profile), app.ConfigPath())
	case shared:
		app.Status().Note("%s is not set in %s, but in the defaults: add --all-profiles.", d.Name, placeName(profile))
	default:
		app.Status().Note("%s is not set in %s.", d.Name, placeName(profile))
	}
	return nil
}
