// Package cmd is the root command with help, version and completion. The other commands are in packages of their own, one
// for each noun.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/cmd/api"
	"github.com/hydracore/hydractl/cmd/auth"
	configcmd "github.com/hydracore/hydractl/cmd/config"
	"github.com/hydracore/hydractl/cmd/customers"
	"github.com/hydracore/hydractl/cmd/doctor"
	"github.com/hydracore/hydractl/cmd/imports"
	sandboxcmd "github.com/hydracore/hydractl/cmd/sandbox"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/nearest"
)

// Execute runs the command line args (without the program's name) and returns the exit code, one of
// [failure.ExitCodes]. Data goes to env.Out, everything else to env.Err.
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
	root.SetFlagErrorFunc(flagError)
	app.AddGlobalFlags(root)
	root.AddCommand(
		customers.New(app, imports.NewImport),
		imports.New(app),
		auth.New(app),
		api.New(app),
		doctor.New(app),
		configcmd.New(app),
		sandboxcmd.New(app),
		newCompletion(app),
		newVersion(app),
	)
	root.AddCommand(helpTopics(app, root)...)
	root.SetHelpCommand(newHelp())
	root.SetUsageFunc(cli.ShowUsage)
	return root
}

// expected describes the values of a flag of a type.
func expected(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "int", "int64":
		return "a whole number"
	case "duration":
		return "a duration such as 30s or 5m"
	}
	return "a " + kind
}

// flagError turns pflag's error into a usage error with the nearest flag.
func flagError(c *cobra.Command, err error) error {
	f := failure.Usagef("%s", err.Error())
	f.Hint = c.CommandPath() + " --help"
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f.Message = fmt.Sprintf("--%s: expected %s (got %q)", bad.GetFlag().Name, expected(bad.GetFlag().Value.Type()), bad.GetValue())
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return f
	}
	name := unknown.GetSpecifiedName()
	dashes := "--"
	if unknown.GetSpecifiedShortnames() != "" {
		dashes = "-"
	}
	f.Message = "unknown flag " + dashes + name + " for " + c.CommandPath()
	var names []string
	c.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	c.InheritedFlags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if near := nearest.Match(strings.ToLower(name), names); near != "" {
		f.Hint = "did you mean --" + near + "? See " + c.CommandPath() + " --help"
	}
	return f
}
