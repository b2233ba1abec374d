package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

func newConfigProfileRemove(env *cli.Env) *cobra.Command {
	return &cobra.Command{
		Use:     "remove NAME",
		Aliases: []string{"rm"},
		Short:   "Remove a profile",
		Long: `Remove a profile from the configuration file, with its settings and its key.
There is no undo.`,
		Example: `  hydractl config profile add trial
  hydractl config profile remove trial`,
		Args:              cli.MutedArgs("NAME"),
		ValidArgsFunction: completeProfile(env),
		RunE:              env.Run(runConfigProfileRemove),
	}
}

func runConfigProfileRemove(ctx context.Context, env *cli.Env, args []string) error {
	name, inUse := args[0], false
	err := config.Update(ctx, env.ConfigPath(), func(f *config.File) error {
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
	env.Status().Note("Removed profile %s (%s).", name, env.ConfigPath())
	if inUse {
		env.Status().Note("It was the one in use. To choose another one: hydractl config profile use NAME")
	}
	return nil
}
