package imports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// summary is what `customers import` prints on stdout.
type summary struct {
	Schema     string         `json:"schema"` // import.summary
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
	BySearch   int            `json:"confirmed_by_search"`    // of the created rows
	OtherData  int            `json:"exists_with_other_data"` // of the existing customers
	DryRun     bool           `json:"dry_run"`
	Rehearsal  bool           `json:"rehearsal"`
	Input      findings       `json:"input"`
	Plan       planFacts      `json:"plan"`
	ExitCode   int            `json:"exit_code"`
}

// report writes the files that were asked for and the summary, and returns the failure of the import. The summary is printed
// even when a file cannot be written. ran is nil for a dry run.
func (j *job) report(ctx context.Context, p *plan, ran *bulk.Summary) error {
	var failed *failure.Failure
	if ran != nil {
		failed = j.failure(p, ran)
	}
	complete := ctx
	if ran != nil { // what was sent is reported also after a signal
		complete = context.WithoutCancel(ctx)
	}
	if err := j.writeReports(complete, p); err != nil {
		failed = j.reportFailure(p, ran, failed, err)
	}
	if ran != nil && ran.Stop != nil && ran.Stop.Reason == bulk.StopApproval {
		j.app.Status().Note("%s left. To continue: hydractl imports resume %s --yes", cli.Plural(int64(ran.Counts[record.Pending]), "row"), p.ref())
	}
	s := j.summarize(p, ran)
	if failed != nil {
		s.ExitCode = failed.Exit
	}
	err := printSummary(ctx, j.app, s)
	if annotated := annotate(complete, j.app, p, s); annotated != nil {
		j.app.Status().Warn("%v", annotated)
	}
	if failed == nil {
		return err
	}
	if err != nil {
		j.app.Status().Warn("%s", outputError(err))
	}
	return failed
}

// printSummary prints also when a signal or --timeout has ended the command: a filter then runs without a limit, until a
// second signal.
func printSummary(ctx context.Context, app *cli.App, s summary) error {
	settings, err := app.Settings()
	if err != nil {
		return err
	}
	options := app.Output(settings)
	if ctx.Err() == nil {
		options.Filter = options.Filter.WithContext(ctx)
	}
	printer, err := output.New(options, summaryColumns())
	if err != nil {
		return err
	}
	if err := printer.Item(app.Out, s, summaryDetail); err != nil && !cli.IsClosedPipe(err) {
		return err
	}
	return nil
}

// outputError says why data was not printed, where a worse error ends the command.
func outputError(err error) string {
	if write, ok := errors.AsType[*output.WriteError](err); ok {
		return "cannot write the output: " + write.Err.Error()
	}
	return err.Error()
}

func (j *job) summarize(p *plan, ran *bulk.Summary) summary {
	s := summary{
		Schema:   "import.summary",
		ImportID: journal.ImportID(p.journal.Header), TenantID: cmp.Or(p.header.Tenant, p.journal.Header.Tenant), File: p.checked.source.Name,
		FileSHA256: p.header.SHA256, Input: p.checked.findings(), Plan: j.planFacts(p), Rows: p.checked.rows.Rows, Counts: map[string]int{},
		Results: j.once.reports.results, Rejects: j.once.reports.rejects, DryRun: j.once.dryRun, Rehearsal: j.once.rehearse,
	}
	s.StartedAt, s.FinishedAt, s.OtherData = p.header.Created, p.header.Created, p.OtherData
	counts := p.counts()
	if ran != nil {
		counts = ran.Counts
		s.StartedAt, s.FinishedAt, s.Requests, s.Retries, s.BySearch = ran.Started, ran.Finished, ran.Requests, ran.Retries, ran.BySearch
		if !s.Rehearsal { // its sandbox knows the emails alone
			s.OtherData = ran.OtherData
		}
	}
	for _, state := range summaryStates() {
		s.Counts[string(state)] = counts[state]
	}
	return s
}

// counts are the rows by state before a run: as planned, and as the journal has them.
func (p *plan) counts() map[record.State]int {
	counts := map[record.State]int{
		record.Pending: p.Create + p.InDoubt, record.Exists: p.Existing,
		record.Invalid: p.Invalid, record.DuplicateInFile: p.Duplicates,
	}
	earlier := p.journal.Counts()
	for _, state := range []record.State{record.Created, record.Exists, record.Rejected, record.Unknown} {
		counts[state] += earlier[state]
	}
	return counts
}

// ref names the import to `hydractl imports`.
func (p *plan) ref() string { return importRef(p.journal.Dir(), p.journal.Header) }

func summaryColumns() []output.Column[summary] {
	type column = output.Column[summary]
	cols := []column{
		{Name: "import_id", Value: func(s summary) any { return s.ImportID }},
		{Name: "file", Value: func(s summary) any { return s.File }},
		{Name: "rows", Align: output.AlignRight, Value: func(s summary) any { return s.Rows }},
	}
	for _, state := range summaryStates() {
		cols = append(cols, column{Name: string(state), Sets: output.CSV, Align: output.AlignRight, Value: func(s summary) any { return s.Counts[string(state)] }})
	}
	return append(cols,
		column{Name: "requests", Align: output.AlignRight, Value: func(s summary) any { return s.Requests }},
		column{Name: "exit_code", Align: output.AlignRight, Value: func(s summary) any { return s.ExitCode }},
		column{Name: "id", Sets: output.Named, Value: func(s summary) any { return s.ImportID }},
	)
}

func summaryDetail(s summary) []output.Section {
	title := "Import " + s.ImportID
	switch {
	case s.DryRun:
		title = "Dry run"
	case s.Rehearsal:
		title = "Rehearsal"
	}
	rows := []output.Field{{Label: "file", Value: s.File}, {Label: "rows", Value: s.Rows}}
	rows = append(rows, countFields(s.Counts, s.BySearch, s.OtherData)...)
	if !s.DryRun {
		rows = append(rows,
			output.Field{Label: "requests", Value: s.Requests},
			output.Field{Label: "took", Value: output.Duration(s.FinishedAt.Sub(s.StartedAt).Round(100 * time.Millisecond))})
	}
	return []output.Section{{Title: title, Rows: rows}}
}

// countFields are the rows by state, without the states that no row has. bySearch of the created ones were confirmed by a
// search, and other of the existing ones have other data than their row.
func countFields(counts map[string]int, bySearch, other int) []output.Field {
	var fields []output.Field
	for _, state := range rowStates() {
		n := counts[string(state)]
		if n == 0 {
			continue
		}
		field := output.Field{Label: string(state), Value: n, Color: stateColor(state)}
		switch {
		case state == record.Created && bySearch > 0:
			field.Value = fmt.Sprintf("%d (%d confirmed by search)", n, bySearch)
		case state == record.Exists && other > 0:
			field.Value = fmt.Sprintf("%d (%d with other data)", n, other)
		}
		fields = append(fields, field)
	}
	return fields
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

// rowStates are the states of a row in the order of reports.
func rowStates() []record.State {
	return []record.State{
		record.Created, record.Exists, record.Rejected, record.Invalid, record.DuplicateInFile, record.Unknown, record.InDoubt, record.Pending,
	}
}

// summaryStates are the states of a summary, in which an unconfirmed row is unknown.
func summaryStates() []record.State {
	return slices.DeleteFunc(rowStates(), func(s record.State) bool { return s == record.InDoubt })
}
