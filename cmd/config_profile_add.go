package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/config"
)

type configProfileAddOptions struct{ use bool }

func newConfigProfileAdd(env *Env) *cobra.Command {
	o := &configProfileAddOptions{}
	c := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a profile",
		Long: `Add a profile. It takes over what these flags say: --api-url, --api-key-file,
--api-key, --ca-cert and --allow-http; config set adds more. The first profile
of the file becomes the one in use, a later one with --use.`,
		Example: `  hydractl config profile add prod
  hydractl config profile add staging --api-url https://test.example.com --use
  hydractl config set api_key_file ~/staging.key --profile staging`,
		Args:              mutedArgs("NAME"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              env.run(o.run),
	}
	c.Flags().BoolVar(&o.use, "use", false, "make it the profile in use")
	return c
}

func (o *configProfileAddOptions) run(ctx context.Context, env *Env, args []string) error {
	name, used := args[0], o.use
	err := config.Update(ctx, env.configPath(), func(f *config.File) error {
		first := f.Current() == "" && len(f.Own()) == 0 && !f.Connects()
		if err := f.AddProfile(name); err != nil {
			return err
		}
		if err := addConnection(env, f, name); err != nil {
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
	status := env.status()
	if _, given := env.flags.given["api_key"]; given {
		status.Warn("--api-key is visible to everyone on this machine: hydractl config set api_key - --profile %s", name)
	}
	if used {
		status.Note("Added profile %s, which is now in use (%s).", name, env.configPath())
	} else {
		status.Note("Added profile %s (%s). To use it: hydractl config profile use %s", name, env.configPath(), name)
	}
	return nil
}

// addConnection puts the flags that say where and as whom to connect into the profile.
func addConnection(env *Env, f *config.File, profile string) error {
	for _, name := range []string{"api_url", "api_key", "api_key_file", "ca_cert", "allow_http"} {
		value, given := env.flags.given[name]
		if !given {
			continue
		}
		d, err := config.Define(name)
		if err != nil {
			return err
		}
		if value, err = absolute(d, value); err != nil {
			return err
		}
		if err := f.Set(profile, name, value); err != nil {
			return err
		}
	}
	return nil
}
