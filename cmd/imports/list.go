package imports

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

func newImportsList(env *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List past imports",
		Long:    "List the imports that have a journal, and how far they came.",
		Example: "  hydractl imports list\n  hydractl imports list -o json",
		Args:    cli.ExactArgs(),
		RunE:    env.RunE(runImportsList),
	}
}

func runImportsList(_ context.Context, env *cli.App, _ []string) error {
	s, err := env.Settings()
	if err != nil {
		return err
	}
	folder, err := importsFolder(s)
	if err != nil {
		return err
	}
	names, err := journal.Names(folder)
	if err != nil {
		return err
	}
	records := []journal.Overview{}
	for _, name := range names {
		records = append(records, journal.Look(filepath.Join(folder, name)))
	}
	if len(records) == 0 {
		env.Status().Note("No imports.")
	}
	return cli.PrintAll(env, importRecordColumns(), "imports", records)
}

func importRecordColumns() []output.Column[journal.Overview] {
	type column = output.Column[journal.Overview]
	cols := []column{
		{Name: "id", Sets: output.Default | output.CSV, Value: func(r journal.Overview) any { return r.ID }},
		{Name: "operation", Sets: output.Wide | output.CSV, Value: func(r journal.Overview) any { return r.Operation }},
		{Name: "file", Sets: output.Default | output.CSV, Fit: output.FitMiddle, Value: func(r journal.Overview) any { return r.File }},
		{Name: "state", Sets: output.Default | output.CSV, Value: func(r journal.Overview) any { return r.State }},
		{Name: "rows", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(r journal.Overview) any { return r.Rows }},
	}
	for _, state := range []record.State{record.Created, record.Exists, record.Rejected, record.Invalid, record.DuplicateInFile, record.Unknown, record.Pending} {
		sets := output.Wide | output.CSV
		if state == record.Created || state == record.Pending {
			sets |= output.Default
		}
		cols = append(cols, column{Name: string(state), Sets: sets, Align: output.AlignRight, Value: func(r journal.Overview) any { return r.Counts[string(state)] }})
	}
	return append(cols,
		column{Name: "tenant_id", Title: "TENANT", Sets: output.Wide | output.CSV, Value: func(r journal.Overview) any { return r.Tenant }},
		column{Name: "created_at", Title: "BEGUN", Sets: output.Default | output.CSV, Value: func(r journal.Overview) any { return r.CreatedAt }},
	)
}
