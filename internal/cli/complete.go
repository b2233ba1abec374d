package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/output"
)

// completeGlobalFlags offers values for the global flags without a network or a keyring.
func (a *App) completeGlobalFlags(root *cobra.Command) {
	for name, f := range map[string]cobra.CompletionFunc{
		"columns":      completeColumns,
		"profile":      a.CompleteProfile,
		"output":       Fixed(output.FormatNames()...),
		"time":         Fixed(output.TimeModes()...),
		"color":        Fixed("auto", "always", "never"),
		"error-format": Fixed("text", "json"),
	} {
		_ = root.RegisterFlagCompletionFunc(name, f)
	}
}

// CompleteProfile completes the name of a profile.
func (a *App) CompleteProfile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	file, err := a.ConfigFile()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return file.Profiles(), cobra.ShellCompDirectiveNoFileComp
}

// completeColumns completes the last name of a list such as "email,+id" with the columns that it does not have yet.
func completeColumns(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	before, last := "", typed
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	if strings.HasPrefix(last, "+") {
		before += "+"
	}
	var all []string
	for name := range strings.FieldsSeq(c.Annotations["columns"]) {
		if !strings.Contains(strings.ReplaceAll(","+before, "+", "")+",", ","+name+",") {
			all = append(all, before+name)
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// Fixed completes a flag with one of these values.
func Fixed(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

// FirstArg completes the first argument alone.
func FirstArg(complete cobra.CompletionFunc) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return complete(c, args, typed)
	}
}
