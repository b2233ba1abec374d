// Package cmd is the root command with help, version and completion. The other commands are in packages of their own, one
// for each noun.
package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/cmd/api"
	"github.com/hydracore/hydractl/cmd/auth"
	configcmd "github.com/hydracore/hydractl/cmd/config"
	"github.com/hydracore/hydractl/cmd/customers"
	"github.com/hydracore/hydractl/cmd/doctor"
	"github.com/hydracore/hydractl/cmd/imports"
	sandboxcmd "github.com/hydracore/hydractl/cmd/sandbox"
	"github.com/hydracore/hydractl/internal/cli"
)

// Execute runs the command line args (without the program's name) and returns the exit code, one of
// [github.com/hydracore/hydractl/internal/failure.ExitCodes]. Data goes to env.Out, everything else to env.Err.
func Execute(ctx context.Context, env *cli.Env, args []string) int {
	return cli.NewApp(env, append([]string{}, args...)).Execute(ctx, newRoot)
}

func newRoot(app *cli.App) *cobra.Command {
	root := &cobra.Command{
		Use:   "hydractl",
		Short: "Administer HydraCore from the command line",
		Long: `hydractl administers HydraCore, the service whose tenants onboard their own
end-customers.

The API has no undo: what is created stays created. hydractl never repeats a
write that may have been carried out, never shows a part of a list as the whole,
and never exits 0 on failure.

The built-in profile sandbox runs a HydraCore with made-up customers inside the
command, to try things out.`,
		Example: `  # look around without an account
  hydractl -p sandbox customers list

  # use your tenant
  export HYDRACORE_API_KEY=hc_live_...
  hydractl customers list --all -o csv`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
	}
	version := root.Flags().Bool("version", false, "show the version")
	root.RunE = func(c *cobra.Command, args []string) error {
		if *version && len(args) == 0 {
			return app.RunE(runVersion)(c, args)
		}
		return cli.GroupRun(c, args)
	}
	root.SetIn(app.In)
	root.SetOut(app.Out)
	root.SetErr(app.Err)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(app.FlagError)
	app.AddGlobalFlags(root)
	root.AddCommand(
		customers.New(app, imports.NewImport),
		imports.New(app),
		auth.New(app),
		api.New(app),
		doctor.New(app),
		configcmd.New(app),
		sandboxcmd.New(app),
		newCompletion(app, root),
		newSchema(app),
		newVersion(app),
	)
	root.AddCommand(helpTopics(app, root)...)
	root.SetHelpCommand(newHelp(app))
	root.SetUsageFunc(cli.ShowUsage)
	return root
}
