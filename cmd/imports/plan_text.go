package imports

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
)

// printPlan shows on stderr what the import would do.
func (j *job) printPlan(p *plan) {
	status := j.env.Status()
	row := func(name, format string, args ...any) {
		status.Note("  %-10s %s", name, fmt.Sprintf(format, args...))
	}
	status.Note("Plan")
	row("tenant", "%s at %s", cmp.Or(p.Tenant, "not reported by the server"), p.header.Host)
	if !p.target.Session.Credential.APIKey.IsZero() {
		row("key", "%s", p.target.Session.Credential.APIKey)
	}
	if p.header.CloneSource != "" {
		row("clone of", "%s", p.header.CloneSource)
	}
	row("rows", "%d: %s", p.Record.Rows, planCounts(p.Plan))
	if p.Requests > 0 {
		row("requests", "about %d by %s, in about %s", p.Requests, cli.Plural(int64(p.Workers), "worker"), p.Duration.Round(time.Second))
	}
	if p.SearchBlind {
		status.Warn("the server's search does not find a customer that exists: hydractl looks unconfirmed rows up in the list, which takes longer")
	}
	if p.journal.Finished() {
		status.Note("%s", nothingToDo(p.journal))
	}
	if !j.options.run.rehearse && !j.options.run.dryRun {
		row("journal", "%s", p.journal.Dir())
	}
}

// nothingToDo says when a finished import came to its end.
func nothingToDo(j *journal.Journal) string {
	counts, day := j.Tally(), j.Last().At.Local().Format(time.DateOnly)
	if counts[record.Created]+counts[record.Exists]+counts[record.DuplicateInFile] == j.Rows() {
		return fmt.Sprintf("Nothing to do: all %s were imported on %s.", cli.Plural(int64(j.Rows()), "row"), day)
	}
	return fmt.Sprintf("Nothing to do: the import finished on %s. Rows that failed are not sent again: hydractl imports rejects %s writes them.",
		day, importRef(j.Dir(), j.Header))
}

func planCounts(p *bulk.Plan) string {
	parts := []string{fmt.Sprintf("%d to create", p.Create)}
	if p.Create > 0 && !p.Swept {
		parts[0] += " unless they exist"
	}
	for _, c := range []struct {
		n    int
		name string
	}{
		{p.Existing, "exist already"},
		{p.Done, "done by an earlier run"},
		{p.InDoubt, "unconfirmed, to be looked up"},
		{p.Invalid, "invalid"},
		{p.Duplicates, "duplicates"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	return cli.JoinComma(parts)
}
