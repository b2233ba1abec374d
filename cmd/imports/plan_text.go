package imports

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// printPlan shows on stderr what the import would do.
func (j *job) printPlan(p *plan) {
	status := j.app.Status()
	row := noteRow(status)
	status.Note("Plan")
	row("tenant", "%s at %s", cmp.Or(p.Tenant, "not reported by the server"), p.header.Host)
	if !p.target.Session.Credential.APIKey.IsZero() {
		row("key", "%s", p.target.Session.Credential.APIKey)
	}
	if p.header.CloneSource != "" {
		row("clone of", "%s", p.header.CloneSource)
	}
	row("rows", "%s: %s", output.Number(p.Record.Rows), planCounts(p.Plan))
	if p.Requests > 0 {
		row("requests", "about %s by %s, in about %s", output.Number(p.Requests), cli.Plural(int64(p.Workers), "worker"), output.Duration(p.Duration.Round(time.Second)))
	}
	if j.sending.onExists == onExistsReport {
		printDiffering(status, p.Plan)
	}
	if p.SearchBlind {
		status.Warn("the server's search does not find a customer that exists: hydractl looks unconfirmed rows up in the list, which takes longer")
	}
	if !j.once.rehearse && !j.once.dryRun {
		row("journal", "%s", p.journal.Dir())
	}
	if p.journal.Finished() {
		status.Note("%s", nothingToDo(p.journal))
	}
}

// planRow writes a line of a plan: a name, and what is to be said.
type planRow func(name, format string, args ...any)

func noteRow(status output.Status) planRow {
	return func(name, format string, args ...any) { status.Note("  %-10s %s", name, fmt.Sprintf(format, args...)) }
}

// noteFirst writes at most so many of the lines, and how many more there are.
func noteFirst(status output.Status, lines []string, most int) {
	for i, line := range lines {
		if i == most {
			status.Note("  and %d more", len(lines)-most)
			return
		}
		status.Note("%s", line)
	}
}

// nothingToDo says when a finished import came to its end.
func nothingToDo(j *journal.Journal) string {
	counts, day := j.Counts(), j.Last().At.Local().Format(time.DateOnly)
	if counts[record.Created]+counts[record.Exists]+counts[record.DuplicateInFile] == j.Rows() {
		return fmt.Sprintf("Nothing to do: all %s were imported on %s.", cli.Plural(int64(j.Rows()), "row"), day)
	}
	return fmt.Sprintf("Nothing to do: the import finished on %s. Rows that failed are not sent again: hydractl imports rejects %s writes them.",
		day, importRef(j.Dir(), j.Header))
}

// existText says of existing customers how many have other data than their row.
func existText(other int) string {
	if other == 0 {
		return "exist already"
	}
	return fmt.Sprintf("exist already (%d with other data)", other)
}

// printDiffering lists the first customers that exist with other data.
func printDiffering(status output.Status, p *bulk.Plan) {
	if p.OtherData == 0 {
		return
	}
	status.Warn("customers exist with other data, and stay as they are")
	for _, row := range p.Differing {
		status.Note("  line %d: %s: %s", row.Line, row.Key, bulk.DescribeDifferences(row.Differences))
	}
	if more := p.OtherData - len(p.Differing); more > 0 {
		status.Note("  and %d more", more)
	}
}

func planCounts(p *bulk.Plan) string {
	parts := []string{output.Number(p.Create) + " to create"}
	if p.Create > 0 && !p.Swept {
		parts[0] += " unless they exist"
	}
	duplicates := "duplicates"
	if p.Duplicates == 1 {
		duplicates = "duplicate"
	}
	for _, c := range []struct {
		n    int
		name string
	}{
		{p.Existing, existText(p.OtherData)},
		{p.Done, "done by an earlier run"},
		{p.InDoubt, "unconfirmed, to be looked up"},
		{p.Invalid, "invalid"},
		{p.Duplicates, duplicates},
	} {
		if c.n > 0 {
			parts = append(parts, output.Number(c.n)+" "+c.name)
		}
	}
	return cli.JoinComma(parts)
}

// planFacts are the facts of the plan, as the summary has them.
type planFacts struct {
	Tenant      string              `json:"tenant_id"`
	Host        string              `json:"host"`
	Key         string              `json:"key"` // its prefix
	CloneSource string              `json:"clone_source"`
	Create      int                 `json:"create"`
	Looked      bool                `json:"existing_known"` // false: a row to be created may exist
	Existing    int                 `json:"existing"`
	OtherData   int                 `json:"existing_with_other_data"`
	Differing   []bulk.DifferingRow `json:"differing"` // the first of these
	Done        int                 `json:"done"`
	Unconfirmed int                 `json:"unconfirmed"`
	Invalid     int                 `json:"invalid"`
	Duplicates  int                 `json:"duplicates"`
	Requests    int                 `json:"requests"`
	Workers     int                 `json:"workers"`
	Seconds     int                 `json:"estimated_seconds"`
	SearchBlind bool                `json:"search_blind"`
	Finished    bool                `json:"nothing_to_do"`
	RejectsOf   string              `json:"rejects_of"` // the import whose rejects the file has
	Adopted     map[string][]string `json:"adopted_options"`
	Journal     string              `json:"journal"`
}

func (j *job) planFacts(p *plan) planFacts {
	f := planFacts{
		Tenant: p.Tenant, Host: p.header.Host, CloneSource: p.header.CloneSource, Create: p.Create, Looked: p.Swept,
		Existing: p.Existing, OtherData: p.OtherData, Differing: p.Differing, Done: p.Done, Unconfirmed: p.InDoubt, Invalid: p.Invalid,
		Duplicates: p.Duplicates, Requests: p.Requests, Workers: p.Workers, Seconds: int(p.Duration.Round(time.Second).Seconds()),
		SearchBlind: p.SearchBlind, Finished: p.journal.Finished(), RejectsOf: p.checked.from.importID, Adopted: p.checked.from.adopted,
	}
	if key := p.target.Session.Credential.APIKey; !key.IsZero() {
		f.Key = key.String()
	}
	if f.Differing == nil {
		f.Differing = []bulk.DifferingRow{}
	}
	if f.Adopted == nil {
		f.Adopted = map[string][]string{}
	}
	if !j.once.rehearse && !j.once.dryRun {
		f.Journal = p.journal.Dir()
	}
	return f
}
