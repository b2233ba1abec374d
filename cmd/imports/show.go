package imports

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

func newImportsShow(env *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show an import",
		Long:    "Show what an import is about and how far it came, by its id or the start of it.",
		Example: "  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports show",
		Args:    cli.ExactArgs("ID"),
		RunE: env.RunE(func(_ context.Context, env *cli.App, args []string) error {
			dir, err := importFolder(env, args[0])
			if err != nil {
				return err
			}
			s, err := env.Settings()
			if err != nil {
				return err
			}
			printer, err := output.New(env.Output(s), importRecordColumns())
			if err != nil {
				return err
			}
			r := journal.Look(dir)
			if r.State != "finished" && r.Error == "" {
				env.Status().Note("It goes on with: hydractl imports resume %s", args[0])
			}
			return printer.Item(env.Out, r, importRecordSheet)
		}),
	}
}

func importRecordSheet(r journal.Overview) []output.Section {
	rows := []output.Field{
		{Label: "Operation", Value: r.Operation},
		{Label: "File", Value: r.File},
		{Label: "SHA-256", Value: r.SHA256},
		{Label: "Tenant", Value: r.Tenant},
		{Label: "Host", Value: r.Host},
		{Label: "Begun", Value: r.CreatedAt},
		{Label: "State", Value: r.State},
		{Label: "Journal", Value: r.Journal},
	}
	if r.Error != "" {
		rows = append(rows, output.Field{Label: "Error", Value: r.Error, Color: output.Red})
	}
	counts := []output.Field{{Label: "all", Value: r.Rows}}
	for _, state := range countedStates() {
		if n := r.Counts[string(state)]; n > 0 {
			counts = append(counts, output.Field{Label: string(state), Value: n, Color: stateColor(state)})
		}
	}
	return []output.Section{{Title: "Import " + r.ID, Rows: rows}, {Title: "Rows", Rows: counts}}
}
