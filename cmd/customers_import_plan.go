package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/pkg/client"
)

// importLink is the connection of an import: every request takes its turn with the pacer.
type importLink struct {
	*api
	calls  bulk.API
	pacer  *bulk.Pacer
	key    *client.KeyContext // nil when the server does not tell
	source string             // the customer to clone, ""
	// refresh renews a bearer token after a 401; nil with a key.
	refresh func(context.Context) error
}

// link connects and looks at the key and at the customer to clone.
func (o *customersImportOptions) link(ctx context.Context, env *Env) (context.Context, *importLink, error) {
	l := &importLink{pacer: bulk.NewPacer()}
	var err error
	if ctx, l.api, err = env.connect(ctx, client.WithLimiter(l.pacer), client.WithTrace(client.Trace{Attempt: l.pacer.Observe})); err != nil {
		return ctx, nil, err
	}
	signed, refresh := l.importTokens()
	l.refresh = refresh
	writes, err := l.sibling(client.WithLimiter(l.pacer), client.WithRetries(0), signed)
	if err != nil {
		return ctx, nil, err
	}
	l.calls = bulk.NewAPI(l.Client, writes)
	if l.key, err = bulk.ReadKey(ctx, l.Client); err != nil {
		return ctx, nil, err
	}
	l.pacer.SetLimits(bulk.LimitsOf(l.key))
	if o.cloneFrom == "" {
		return ctx, l, nil
	}
	source, err := getCustomer(ctx, l.api, o.cloneFrom)
	if err != nil {
		return ctx, nil, err
	}
	l.source = source.ID
	return ctx, l, nil
}

// header says what the import is about; it holds no credential.
func (o *customersImportOptions) header(env *Env, l *importLink, input *importInput) (bulk.Header, error) {
	sum, err := input.source.SHA256()
	if err != nil {
		return bulk.Header{}, err
	}
	if err := o.sameContent(input.source, sum); err != nil {
		return bulk.Header{}, err
	}
	kept, err := o.settings(env, input.source)
	if err != nil {
		return bulk.Header{}, err
	}
	settings, err := json.Marshal(kept)
	if err != nil {
		return bulk.Header{}, err
	}
	h := bulk.Header{
		Operation: "create", Host: l.BaseURL(), KeyKind: keyKind(l.api.key.Reveal()), SHA256: sum, File: input.source.Name,
		Mapping: o.read.mapping(input.source), CloneSource: l.source, NoRules: l.source != "" && !o.cloneRules, Created: env.Now(),
		Settings: settings,
	}
	if l.settings.IsSandbox() {
		h.Host = "sandbox" // its port is another one each time
	}
	if l.source != "" {
		h.Operation = "clone"
	}
	if l.key != nil {
		h.Tenant = l.key.TenantID
	}
	return h, nil
}

// keyKind is what a key's prefix says: live, test or nothing.
func keyKind(key string) string {
	for _, kind := range []string{"live", "test"} {
		if strings.HasPrefix(key, "hc_"+kind+"_") {
			return kind
		}
	}
	return ""
}

// tellPlan shows on stderr what the import would do.
func tellPlan(env *Env, l *importLink, h bulk.Header, p *bulk.Plan, dir string) {
	status := env.status()
	row := func(name, format string, args ...any) {
		status.Note("  %-10s %s", name, fmt.Sprintf(format, args...))
	}
	status.Note("Plan")
	tenant := p.Tenant
	if tenant == "" {
		tenant = "not told by the server"
	}
	row("tenant", "%s at %s", tenant, h.Host)
	if !l.api.key.IsZero() {
		row("key", "%s", l.api.key)
	}
	if h.CloneSource != "" {
		row("clone of", "%s", h.CloneSource)
	}
	row("rows", "%d: %s", p.Record.Rows, planCounts(p))
	if p.Requests > 0 {
		row("requests", "about %d by %s, in about %s", p.Requests, plural(int64(p.Workers), "worker"), p.Duration.Round(time.Second))
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
	return joinComma(parts)
}
