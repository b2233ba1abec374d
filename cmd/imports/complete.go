package imports

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// completeImport completes the ID of a past import, newest first.
func completeImport(app *cli.App) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		past, _, err := pastImports(app)
		if err != nil {
			return nil, directive
		}
		var all []cobra.Completion
		for _, p := range past {
			about := p.State + ", " + cli.Plural(int64(p.Rows), "row") + " of " + output.EscapeCut(filepath.Base(p.File), 40)
			all = append(all, cobra.CompletionWithDesc(p.ID, about))
		}
		return all, directive
	}
}

// completeImportFlags completes the flags of `customers import` whose values are known.
func completeImportFlags(app *cli.App, c *cobra.Command) {
	for name, complete := range map[string]cobra.CompletionFunc{
		"map":         completeMap,
		"set":         completeSet,
		"clone-from":  app.CompleteCustomer,
		"resume-from": completeImport(app),
	} {
		_ = c.RegisterFlagCompletionFunc(name, complete)
	}
}

// completeMap completes the field of COLUMN=FIELD.
func completeMap(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	column, _, ok := strings.Cut(typed, "=")
	var all []cobra.Completion
	for _, field := range record.Fields() {
		if ok {
			all = append(all, cobra.CompletionWithDesc(column+"="+field.Name, field.Help))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// completeSet completes the field of FIELD=VALUE, then the codes that the field may have.
func completeSet(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var all []cobra.Completion
	if field, _, ok := strings.Cut(typed, "="); ok {
		for _, code := range input.CodeList(field) {
			all = append(all, cobra.CompletionWithDesc(field+"="+code.Code, code.Name))
		}
		return all, cobra.ShellCompDirectiveNoFileComp
	}
	for _, field := range record.Fields() {
		all = append(all, cobra.CompletionWithDesc(field.Name+"=", field.Help))
	}
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
