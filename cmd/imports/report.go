package imports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

// importReport is what an import came to.
type importReport struct {
	input   *importInput
	journal *journal.Journal
	plan    *bulk.Plan
	header  journal.Header
	summary *bulk.Summary // nil for a dry run
	dry     bool

	rehearsal bool
}

// ref names the import to `hydractl imports`: by its id, or by its folder when --journal chose that.
func (r importReport) ref() string {
	if id := journal.ImportID(r.journal.Header); filepath.Base(r.journal.Dir()) == id {
		return id
	}
	return cli.ShellWord(r.journal.Dir())
}

// importSummary is what `customers import` prints on stdout.
type importSummary struct {
	ImportID   string         `json:"import_id"`
	TenantID   string         `json:"tenant_id"`
	File       string         `json:"file"`
	FileSHA256 string         `json:"file_sha256"`
	Rows       int            `json:"rows"`
	Counts     map[string]int `json:"counts"`
	Results    string         `json:"results"`
	Rejects    string         `json:"rejects"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt time.Time      `json:"finished_at"`
	Requests   int            `json:"requests"`
	Retries    int            `json:"retries"`
	DryRun     bool           `json:"dry_run"`
	Rehearsal  bool           `json:"rehearsal"`
	Input      findings       `json:"input"`
	ExitCode   int            `json:"exit_code"`
}

// report writes the files that were asked for and the summary, and turns the run's end into an exit code. What the import
// came to is told, whatever cannot be written.
func (o *customersImportOptions) report(ctx context.Context, env *cli.App, r importReport) error {
	s := o.summarize(r)
	failed := importFailure(r, &s)
	complete := ctx
	if !r.dry { // what was sent is reported also after a signal
		complete = context.WithoutCancel(ctx)
	}
	if err := o.writeFiles(complete, env, r); err != nil {
		failed = reportFailure(r, &s, failed, err)
	}
	err := printSummary(ctx, env, s)
	if annotated := annotate(complete, env, r, s); annotated != nil {
		env.Status().Warn("%v", annotated)
	}
	if failed == nil {
		return err
	}
	if err != nil {
		env.Status().Warn("%s", outputTrouble(err))
	}
	return failed
}

// printSummary prints also when a signal or --timeout has ended the command: a filter is then without a bound, until a
// second signal.
func printSummary(ctx context.Context, env *cli.App, s importSummary) error {
	settings, err := env.Settings()
	if err != nil {
		return err
	}
	options := env.Output(settings)
	if ctx.Err() == nil {
		options.Within = cli.Within(ctx)
	}
	printer, err := output.New(options, importColumns())
	if err != nil {
		return err
	}
	if err := printer.Item(env.Out, s, importSheet); err != nil && !cli.IsClosedPipe(err) {
		return err
	}
	return nil
}

// outputTrouble is why data was not printed, where something graver ends the command.
func outputTrouble(err error) string {
	if write, ok := errors.AsType[*output.WriteError](err); ok {
		return "cannot write the output: " + write.Err.Error()
	}
	return err.Error()
}

// writeFiles tries both files, whatever becomes of the first.
func (o *customersImportOptions) writeFiles(ctx context.Context, env *cli.App, r importReport) error {
	status := env.Status()
	write := func(flag, path string, write func() (string, error)) error {
		err := protectReport(flag, path, o.force, r.journal.Dir()) // it may have appeared meanwhile
		if err != nil {
			return err
		}
		note, err := write()
		if err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
		status.Note("%s: %s", note, path)
		return nil
	}
	var failed error
	if o.results != "" && !r.dry {
		failed = write("--results", o.results, func() (string, error) {
			return "What became of every row", bulk.WriteResults(ctx, files.Disk(), o.results, r.journal, r.input.checked)
		})
	}
	if o.rejects == "" {
		return failed
	}
	return errors.Join(failed, write("--rejects", o.rejects, func() (string, error) {
		n, err := bulk.WriteRejects(ctx, files.Disk(), o.rejects, r.journal, r.input.checked)
		return cli.Plural(int64(n), "row") + " to mend", err
	}))
}

func (o *customersImportOptions) summarize(r importReport) importSummary {
	s := importSummary{
		ImportID: journal.ImportID(r.journal.Header), TenantID: cmp.Or(r.header.Tenant, r.journal.Header.Tenant), File: r.input.source.Name, FileSHA256: r.header.SHA256,
		Input: r.input.findings(), Rows: r.input.checked.Rows, Counts: map[string]int{}, Results: o.results, Rejects: o.rejects, DryRun: r.dry, Rehearsal: r.rehearsal,
	}
	var counts map[record.State]int
	switch {
	case r.summary != nil:
		counts = r.summary.Counts
		s.StartedAt, s.FinishedAt = r.summary.Started, r.summary.Finished
		s.Requests, s.Retries = r.summary.Requests, r.summary.Retries
	default:
		counts = map[record.State]int{
			record.Pending: r.plan.Create + r.plan.InDoubt, record.Exists: r.plan.Existing,
			record.Invalid: r.plan.Invalid, record.DuplicateInFile: r.plan.Duplicates,
		}
		s.StartedAt, s.FinishedAt = r.header.Created, r.header.Created
	}
	for _, state := range countedStates() {
		if state != record.InDoubt {
			s.Counts[string(state)] = counts[state]
		}
	}
	return s
}

func importColumns() []output.Column[importSummary] {
	type column = output.Column[importSummary]
	cols := []column{
		{Name: "import_id", Sets: output.Default | output.CSV, Value: func(s importSummary) any { return s.ImportID }},
		{Name: "file", Sets: output.Default | output.CSV, Value: func(s importSummary) any { return s.File }},
		{Name: "rows", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(s importSummary) any { return s.Rows }},
	}
	for _, state := range countedStates() {
		if state != record.InDoubt {
			cols = append(cols, column{Name: string(state), Sets: output.CSV, Align: output.AlignRight, Value: func(s importSummary) any { return s.Counts[string(state)] }})
		}
	}
	return append(cols,
		column{Name: "requests", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(s importSummary) any { return s.Requests }},
		column{Name: "exit_code", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(s importSummary) any { return s.ExitCode }},
		column{Name: "id", Sets: 0, Value: func(s importSummary) any { return s.ImportID }},
	)
}

func importSheet(s importSummary) []output.Section {
	title := "Import " + s.ImportID
	switch {
	case s.DryRun:
		title = "Dry run"
	case s.Rehearsal:
		title = "Rehearsal"
	}
	rows := []output.Field{{Label: "file", Value: s.File}, {Label: "rows", Value: s.Rows}}
	for _, state := range countedStates() {
		if n := s.Counts[string(state)]; n > 0 {
			rows = append(rows, output.Field{Label: string(state), Value: n, Color: stateColor(state)})
		}
	}
	if !s.DryRun {
		rows = append(rows,
			output.Field{Label: "requests", Value: s.Requests},
			output.Field{Label: "took", Value: s.FinishedAt.Sub(s.StartedAt).Round(100 * time.Millisecond).String()})
	}
	return []output.Section{{Title: title, Rows: rows}}
}

func stateColor(state record.State) output.Color {
	switch state {
	case record.Created:
		return output.Green
	case record.Rejected, record.Invalid, record.Unknown:
		return output.Red
	case record.Pending, record.DuplicateInFile, record.Exists:
		return output.Yellow
	}
	return output.Plain
}
