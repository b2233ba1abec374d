package imports

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

func newList(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List past imports",
		Long: `List the imports that have a journal, newest first. DONE counts the rows that
are created, existed already or are duplicates; FAILED those that are rejected
or invalid; UNCONFIRMED those whose outcome is not known; LEFT those not sent
yet.`,
		Example: "  hydractl imports list\n  hydractl imports list -o json",
		Args:    cli.ExactArgs(),
		RunE:    app.RunE(runList),
	}
	return cli.WithColumns(app, c, importColumns())
}

func runList(_ context.Context, app *cli.App, _ []string) error {
	all, _, err := pastImports(app)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		app.Status().Note("No imports.")
	}
	return cli.PrintList(app, importColumns(), output.Envelope{Key: "imports", Schema: "imports.list"}, all)
}

func importColumns() []output.Column[journal.Summary] {
	type column = output.Column[journal.Summary]
	const wide = output.Wide | output.CSV
	count := func(name string, drop int, n func(journal.Summary) int) column {
		return column{Name: name, Drop: drop, Align: output.AlignRight, Value: func(s journal.Summary) any { return n(s) }}
	}
	cols := []column{
		{Name: "id", Value: func(s journal.Summary) any { return s.ID }},
		{Name: "operation", Sets: wide, Value: func(s journal.Summary) any { return s.Operation }},
		{Name: "file", Fit: output.FitEnd, Min: 20, Value: func(s journal.Summary) any { return s.File }},
		{Name: "tenant_id", Title: "TENANT", Drop: 1, Value: func(s journal.Summary) any { return s.Tenant }},
		{Name: "state", Value: func(s journal.Summary) any { return s.State }},
		count("rows", 2, func(s journal.Summary) int { return s.Rows }),
		count("done", 4, func(s journal.Summary) int { return s.Done }),
		count("failed", 0, func(s journal.Summary) int { return s.Failed }),
		count("unconfirmed", 0, func(s journal.Summary) int { return s.Unconfirmed }),
		count("left", 5, func(s journal.Summary) int { return s.Left }),
	}
	for _, state := range summaryStates() {
		name := string(state)
		cols = append(cols, column{Name: name, Sets: wide, Align: output.AlignRight, Value: func(s journal.Summary) any { return s.Counts[name] }})
	}
	return append(cols, column{Name: "created_at", Title: "STARTED", Drop: 3, Value: started})
}

// started returns when an import started, as a cell.
func started(s journal.Summary) any {
	at, err := time.Parse(time.RFC3339, s.CreatedAt)
	if err != nil { // of a damaged journal
		return s.CreatedAt
	}
	return output.Time{At: at, Raw: s.CreatedAt, Valid: true}
}
