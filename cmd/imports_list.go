package cmd

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/output"
)

func newImportsList(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List past imports",
		Long:    "List the imports that have a journal, and how far they came.",
		Example: "  hydractl imports list\n  hydractl imports list -o json",
		Args:    exactArgs(),
		RunE:    env.run(runImportsList),
	}
}

func runImportsList(_ context.Context, env *Env, _ []string) error {
	s, err := env.settings()
	if err != nil {
		return err
	}
	folder, err := importsFolder(s)
	if err != nil {
		return err
	}
	names, err := journalNames(folder)
	if err != nil {
		return err
	}
	records := []importRecord{}
	for _, name := range names {
		records = append(records, readImport(filepath.Join(folder, name)))
	}
	if len(records) == 0 {
		env.status().Note("No imports.")
	}
	return printAll(env, importRecordColumns(), "imports", records)
}

func importRecordColumns() []output.Column[importRecord] {
	type column = output.Column[importRecord]
	cols := []column{
		{Name: "id", Sets: output.Default | output.CSV, Value: func(r importRecord) any { return r.ID }},
		{Name: "operation", Sets: output.Wide | output.CSV, Value: func(r importRecord) any { return r.Operation }},
		{Name: "file", Sets: output.Default | output.CSV, Fit: output.FitMiddle, Value: func(r importRecord) any { return r.File }},
		{Name: "state", Sets: output.Default | output.CSV, Value: func(r importRecord) any { return r.State }},
		{Name: "rows", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(r importRecord) any { return r.Rows }},
	}
	for _, state := range []record.State{record.Created, record.Exists, record.Rejected, record.Invalid, record.DuplicateInFile, record.Unknown, record.Pending} {
		sets := output.Wide | output.CSV
		if state == record.Created || state == record.Pending {
			sets |= output.Default
		}
		cols = append(cols, column{Name: string(state), Sets: sets, Align: output.AlignRight, Value: func(r importRecord) any { return r.Counts[string(state)] }})
	}
	return append(cols,
		column{Name: "tenant_id", Title: "TENANT", Sets: output.Wide | output.CSV, Value: func(r importRecord) any { return r.Tenant }},
		column{Name: "created_at", Title: "BEGUN", Sets: output.Default | output.CSV, Value: func(r importRecord) any { return r.CreatedAt }},
	)
}
