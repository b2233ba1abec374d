// Package cmd is the command line: one file for each command, and the way from an error to an exit code.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/nearest"
	"github.com/hydracore/hydractl/internal/output"
)

// Execute runs the command line args (without the program's name) and returns the exit code of exit.go. Data goes to
// env.Out, everything else to env.Err.
func Execute(ctx context.Context, env *Env, args []string) int {
	return env.guard(func() int { return execute(ctx, env, args) })
}

func execute(ctx context.Context, env *Env, args []string) int {
	out := &latch{w: env.Out}
	env.Out = out
	if env.onGitHub() {
		env.Err = workflowLog{env.Err}
	}
	env.words = append([]string{}, args...)
	root := newRoot(env)
	root.SetArgs(args)
	ran, err := root.ExecuteContextC(ctx)
	env.close()
	if err == nil {
		err = env.misnamed
	}
	if err == nil && out.err != nil {
		err = &output.WriteError{Err: out.err} // cobra does not say when its help cannot be written
	}
	if err == nil {
		_, _ = io.WriteString(env.Err, env.notes.take())
		return exitOK
	}
	if !env.entered {
		env.flags.collect(ran.Flags())
		env.rescueFlags(args)
	}
	r := newReport(ctx, env, ran, err)
	if r == nil {
		_, _ = io.WriteString(env.Err, env.notes.take())
		return exitOK
	}
	r.print(env)
	return r.ExitCode
}

func newRoot(env *Env) *cobra.Command {
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
			return env.run(runVersion)(c, args)
		}
		return groupRun(c, args)
	}
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().SortFlags = false
	addGlobalFlags(root, env)
	completeGlobals(root, env)
	root.AddCommand(
		newCustomers(env),
		newImports(env),
		newAuth(env),
		newAPI(env),
		newDoctor(env),
		newConfig(env),
		newSandbox(env),
		newCompletion(env),
		newVersion(env),
	)
	root.AddCommand(helpTopics(env, root)...)
	root.SetHelpCommand(newHelp(env))
	root.SetUsageFunc(showUsage)
	root.SetHelpFunc(env.help)
	return root
}

// newGroup makes a command that only holds others. Without a subcommand, or with an unknown one, it is a usage error.
func newGroup(use, short, long, example string, aliases ...string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, Example: example, Aliases: aliases,
		Args: cobra.ArbitraryArgs, RunE: groupRun,
	}
}

// fill gives a group its subcommands, if the command line has a word that may lead into the group: most runs need one
// group of many, and all of them would double the time of a start.
func (e *Env) fill(group *cobra.Command, subcommands ...func(*Env) *cobra.Command) *cobra.Command {
	named := func(word string) bool { return word == group.Name() || group.HasAlias(word) }
	if e.words == nil || slices.ContainsFunc(e.words, named) {
		for _, sub := range subcommands {
			group.AddCommand(sub(e))
		}
	}
	return group
}

func groupRun(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errBareGroup
	}
	return unknownCommand(c, args)
}

// errBareGroup ends a group called without a subcommand.
var errBareGroup = errors.New("a subcommand is missing")

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
	f := usagef("%s", err.Error())
	f.hint = c.CommandPath() + " --help"
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f.message = fmt.Sprintf("--%s %q: %s is due", bad.GetFlag().Name, bad.GetValue(), due(bad.GetFlag().Value.Type()))
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
	f.message = "unknown flag " + dashes + name + " for " + c.CommandPath()
	var names []string
	c.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	c.InheritedFlags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if near := nearest.Match(strings.ToLower(name), names); near != "" {
		f.hint = "did you mean --" + near + "? See " + c.CommandPath() + " --help"
	}
	return f
}
