package imports

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

func newShow(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:     "show ID",
		Short:   "Show an import",
		Long:    "Show an import, named by its ID or the start of it: the file, the command that\nstarted it, and how far it got.",
		Example: "  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports show",
		Args:    cli.ExactArgs("ID"),

		ValidArgsFunction: cli.FirstArg(completeImport(app)),

		RunE: app.RunE(runShow),
	}
	return cli.WithColumns(app, c, importColumns())
}

func runShow(_ context.Context, app *cli.App, args []string) error {
	dir, err := findJournal(app, args[0])
	if err != nil {
		return err
	}
	if !journal.Exists(dir) {
		f := failure.NotFoundf("%s: %v", dir, journal.ErrNoJournal)
		f.Hint = "hydractl imports list"
		return f
	}
	shown := journal.ReadSummary(dir)
	if kept, err := parseSettings(shown.Settings); err == nil {
		shown.Options, shown.Command = kept.Options, kept.command(shown.File)
	}
	if shown.State != "finished" && shown.Error == "" {
		app.Status().Note("To resume: hydractl imports resume %s", args[0])
	}
	return cli.PrintItem(app, importColumns(), shown, importDetail)
}

func importDetail(s journal.Summary) []output.Section {
	rows := []output.Field{
		{Label: "Operation", Value: s.Operation},
		{Label: "File", Value: s.File},
		{Label: "SHA-256", Value: s.SHA256},
		{Label: "Tenant", Value: s.Tenant},
		{Label: "Host", Value: s.Host},
		{Label: "Started", Value: started(s)},
		{Label: "State", Value: s.State},
		{Label: "Journal", Value: s.Journal},
	}
	for _, name := range slices.Sorted(maps.Keys(s.Options)) {
		rows = append(rows, output.Field{Label: "--" + name, Value: cli.JoinComma(s.Options[name])})
	}
	if s.Command != "" {
		rows = append(rows, output.Field{Label: "Command", Value: s.Command})
	}
	if s.Error != "" {
		rows = append(rows, output.Field{Label: "Error", Value: s.Error, Color: output.Red})
	}
	counts := append([]output.Field{{Label: "all", Value: s.Rows}}, countFields(s.Counts, s.BySearch, s.OtherData)...)
	return []output.Section{{Title: "Import " + s.ID, Rows: rows}, {Title: "Rows", Rows: counts}}
}
