package imports

import (
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/cli"
)

// tellPlan shows on stderr what the import would do.
func tellPlan(env *cli.App, l *importLink, r importReport, dir string) {
	h, p := r.header, r.plan
	status := env.Status()
	row := func(name, format string, args ...any) {
		status.Note("  %-10s %s", name, fmt.Sprintf(format, args...))
	}
	status.Note("Plan")
	tenant := p.Tenant
	if tenant == "" {
		tenant = "not told by the server"
	}
	row("tenant", "%s at %s", tenant, h.Host)
	if !l.Session.Credential.APIKey.IsZero() {
		row("key", "%s", l.Session.Credential.APIKey)
	}
	if h.CloneSource != "" {
		row("clone of", "%s", h.CloneSource)
	}
	row("rows", "%d: %s", p.Record.Rows, planCounts(p))
	if p.Requests > 0 {
		row("requests", "about %d by %s, in about %s", p.Requests, cli.Plural(int64(p.Workers), "worker"), p.Duration.Round(time.Second))
	}
	if p.SearchBlind {
		status.Warn("the server's search does not find a customer that is there: what it would settle is looked up in the list, which takes longer")
	}
	if dir != "" {
		row("journal", "%s", dir)
	}
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
		{p.InDoubt, "in doubt, to be looked for"},
		{p.Invalid, "invalid"},
		{p.Duplicates, "given twice"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	return cli.JoinComma(parts)
}
