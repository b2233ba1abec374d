package imports

import (
	"context"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/pkg/client"
)

// target is the server that an import creates customers at. Every request waits for the rate limiter.
type target struct {
	*cli.Session
	calls       reconcile.API
	limiter     *bulk.RateLimiter
	key         *client.KeyContext // nil when the server does not report it
	cloneSource string             // ID of the customer to clone, ""
	// ready renews a bearer token that is about to expire, refresh one after a 401; nil with a key.
	ready, refresh func(context.Context) error
}

// connect makes the clients of an import and reads the key's limits and the customer to clone.
func (j *job) connect(ctx context.Context) (context.Context, *target, error) {
	t := &target{limiter: bulk.NewRateLimiter()}
	var err error
	if ctx, t.Session, err = j.app.ConnectFor(ctx, config.Write, client.WithLimiter(t.limiter), client.WithTrace(client.Trace{Attempt: t.limiter.Observe})); err != nil {
		return ctx, nil, err
	}
	options := []client.Option{client.WithLimiter(t.limiter), client.WithMaxRetries(0)}
	if t.SignIn != nil {
		tokens := &importTokens{signIn: t.SignIn}
		options = append(options, client.WithTokenSource(tokens))
		t.ready, t.refresh = tokens.ready, tokens.refresh
	}
	writes, err := t.NewClient(options...)
	if err != nil {
		return ctx, nil, err
	}
	t.calls = reconcile.NewAPI(t.Client, writes)
	if t.key, err = t.Key(ctx); err != nil {
		return ctx, nil, err
	}
	t.limiter.SetLimits(bulk.LimitsOf(t.key))
	if j.cloneFrom == "" {
		return ctx, t, nil
	}
	source, err := cli.GetCustomer(ctx, t.Session, j.cloneFrom)
	if err != nil {
		return ctx, nil, err
	}
	t.cloneSource = source.ID
	return ctx, t, nil
}

// host is the address that a journal records.
func (t *target) host() string {
	if t.Settings.IsSandbox() {
		return sandboxHost
	}
	return t.BaseURL()
}
