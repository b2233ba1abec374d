package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
)

type profileAddOptions struct{ use bool }

func newProfileAdd(app *cli.App) *cobra.Command {
	o := &profileAddOptions{}
	c := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a profile",
		Long: `Add a profile with the settings of these flags: --api-url, --api-key-file,
--api-key, --ca-cert and --allow-http; config set adds more. The first profile
of the file becomes the one in use, a later one with --use.`,
		Example: `  hydractl config profile add prod
  hydractl config profile add staging --api-url https://test.example.com --use
  hydractl config set api_key_file ~/staging.key --profile staging`,
		Args:              cli.SecretArgs("NAME"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(o.run),
	}
	c.Flags().BoolVar(&o.use, "use", false, "make it the profile in use")
	return c
}

func (o *profileAddOptions) run(ctx context.Context, app *cli.App, args []string) error {
	name, used := args[0], o.use
	err := config.Update(ctx, app.ConfigPath(), func(f *config.File) error {
		first := f.Current() == "" && len(f.Own()) == 0 && !f.Connects()
		if err := f.AddProfile(name); err != nil {
			return err
		}
		if err := app.AddConnection(f, name); err != nil {
			return err
		}
		if used = o.use || first; used {
			return f.UseProfile(name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := app.Status()
	if _, given := app.Given()["api_key"]; given {
		status.Warn("--api-key is visible to everyone on this machine: hydractl config set api_key - --profile %s", name)
	}
	if used {
		status.Note("Added profile %s, which is now in use (%s).", name, app.ConfigPath())
	} else {
		status.Note("Added profile %s (%s). To use it: hydractl config profile use %s", name, app.ConfigPath(), name)
	}
	return nil
}
