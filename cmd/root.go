// Package cmd is the command line: one file for each command, and the way from an error to an exit code.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	"github.com/hydracore/hydractl/internal/output"
)

// Execute runs the command line args (without the program's name) and returns the exit code of exit.go. Data goes to
// env.Out, everything else to env.Err.
func Execute(ctx context.Context, env *cli.Env, args []string) int {
	return env.Guard(func() int { return execute(ctx, env, args) })
}

func execute(ctx context.Context, env *cli.Env, args []string) int {
	out := &cli.ErrorWriter{W: env.Out}
	env.Out = out
	if env.OnGitHub() {
		env.Err = cli.WorkflowLog{W: env.Err}
	}
	env.Words = append([]string{}, args...)
	root := newRoot(env)
	root.SetArgs(args)
	ran, err := root.ExecuteContextC(ctx)
	env.Close()
	if err == nil {
		err = env.UnknownTopic
	}
	if err == nil && out.Err != nil {
		err = &output.WriteError{Err: out.Err} // cobra does not say when its help cannot be written
	}
	if err == nil {
		_, _ = io.WriteString(env.Err, env.Notes.Take())
		return failure.ExitOK
	}
	if !env.RunStarted {
		env.Flags.Collect(ran.Flags())
		env.RescueFlags(args)
	}
	r := cli.NewReport(ctx, env, ran, err)
	if r == nil {
		_, _ = io.WriteString(env.Err, env.Notes.Take())
		return failure.ExitOK
	}
	r.Print(env)
	return r.ExitCode
}

func newRoot(env *cli.Env) *cobra.Command {
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
			return env.Run(runVersion)(c, args)
		}
		return cli.GroupRun(c, args)
	}
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().SortFlags = false
	cli.AddGlobalFlags(root, env)
	cli.CompleteGlobals(root, env)
	root.AddCommand(
		customers.New(env, imports.NewImport),
		imports.New(env),
		auth.New(env),
		api.New(env),
		doctor.New(env),
		configcmd.New(env),
		sandboxcmd.New(env),
		newCompletion(env),
		newVersion(env),
	)
	root.AddCommand(helpTopics(env, root)...)
	root.SetHelpCommand(newHelp(env))
	root.SetUsageFunc(cli.ShowUsage)
	root.SetHelpFunc(env.Help)
	return root
}

// due says in words what a flag of a type takes.
func due(kind string) string {
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

// flagError turns pflag's complaint into a usage error with the nearest flag.
func flagError(c *cobra.Command, err error) error {
	f := failure.Usagef("%s", err.Error())
	f.Hint = c.CommandPath() + " --help"
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f.Message = fmt.Sprintf("--%s %q: %s is due", bad.GetFlag().Name, bad.GetValue(), due(bad.GetFlag().Value.Type()))
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
