package imports

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/pkg/client"
)

// importLink is the connection of an import: every request takes a slot of the rate limit.
type importLink struct {
	*cli.Session
	calls   reconcile.API
	limiter *bulk.RateLimiter
	key     *client.KeyContext // nil when the server does not tell
	source  string             // the customer to clone, ""
	// refresh renews a bearer token after a 401; nil with a key.
	refresh func(context.Context) error
}

// link connects and looks at the key and at the customer to clone.
func (o *customersImportOptions) link(ctx context.Context, env *cli.App) (context.Context, *importLink, error) {
	l := &importLink{limiter: bulk.NewRateLimiter()}
	var err error
	if ctx, l.Session, err = env.ConnectFor(ctx, config.Write, client.WithLimiter(l.limiter), client.WithTrace(client.Trace{Attempt: l.limiter.Observe})); err != nil {
		return ctx, nil, err
	}
	signed, refresh := l.ImportTokens()
	l.refresh = refresh
	writes, err := l.NewClient(client.WithLimiter(l.limiter), client.WithMaxRetries(0), signed)
	if err != nil {
		return ctx, nil, err
	}
	l.calls = reconcile.NewAPI(l.Client, writes)
	if l.key, err = bulk.ReadKey(ctx, l.Client); err != nil {
		return ctx, nil, err
	}
	l.limiter.SetLimits(bulk.LimitsOf(l.key))
	if o.cloneFrom == "" {
		return ctx, l, nil
	}
	source, err := cli.GetCustomer(ctx, l.Session, o.cloneFrom)
	if err != nil {
		return ctx, nil, err
	}
	l.source = source.ID
	return ctx, l, nil
}

// header says what the import is about; it holds no credential.
func (o *customersImportOptions) header(env *cli.App, l *importLink, input *importInput) (journal.Header, error) {
	sum, err := input.source.SHA256()
	if err != nil {
		return journal.Header{}, err
	}
	if err := o.sameContent(input.source, sum); err != nil {
		return journal.Header{}, err
	}
	kept, err := o.settings(env, input.source)
	if err != nil {
		return journal.Header{}, err
	}
	settings, err := json.Marshal(kept)
	if err != nil {
		return journal.Header{}, err
	}
	h := journal.Header{
		Operation: "create", Host: l.BaseURL(), KeyKind: keyKind(l.Session.Credential.APIKey.Reveal()), SHA256: sum, File: input.source.Name,
		Mapping: o.read.mapping(input.source), CloneSource: l.source, NoRules: l.source != "" && !o.cloneRules, Created: env.Now(),
		Settings: settings,
	}
	if l.Settings.IsSandbox() {
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
