package imports

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/sandbox"
	"github.com/hydracore/hydractl/pkg/client"
)

// rehearsal runs the import against a throw-away sandbox that knows the tenant's emails. The server itself is only read
// from. Nothing is paced: how long the import would take is in the plan.
func (o *customersImportOptions) rehearsal(ctx context.Context, env *cli.App, l *importLink, r importReport) error {
	emails, err := tenantEmails(ctx, env, l)
	if err != nil {
		return err
	}
	env.Status().Note("Rehearsing in a throw-away sandbox with the tenant's %s; nothing is sent to %s.", cli.Plural(int64(len(emails)), "email"), r.header.Host)
	server, err := sandbox.Start(ctx, sandbox.Options{Key: "hc_test_" + strings.ToLower(rand.Text()), Emails: emails})
	if err != nil {
		return cli.SandboxFailure(err)
	}
	defer func() { _ = server.Close() }()
	target, err := o.rehearsalTarget(ctx, server)
	if err != nil {
		return err
	}
	r.rehearsal = true
	return o.runImport(ctx, env, target, r)
}

// tenantEmails reads the email of every customer.
func tenantEmails(ctx context.Context, env *cli.App, l *importLink) ([]string, error) {
	var emails []string
	for c, err := range l.Customers.All(ctx, client.ListOptions{}) {
		if incomplete, ok := errors.AsType[*client.IncompleteError](err); ok {
			env.Status().Warn("the tenant's customers could not be read completely: %v", incomplete)
			break
		}
		if err != nil {
			return nil, err
		}
		if c.Email != nil && *c.Email != "" {
			emails = append(emails, *c.Email)
		}
	}
	return emails, nil
}

// rehearsalTarget connects to the sandbox, where a customer stands in for the one to clone.
func (o *customersImportOptions) rehearsalTarget(ctx context.Context, server *sandbox.Server) (importTarget, error) {
	t := importTarget{workers: bulk.MaxWorkers}
	t.Limiter, t.ClockKnown, t.NoRules = bulk.NewRateLimiter(), true, o.cloneFrom != "" && !o.cloneRules
	if o.workers > 0 {
		t.workers = o.workers
	}
	c, err := client.New(server.URL(), client.WithAPIKey(server.Key()), client.WithLimiter(t.Limiter), client.WithMaxRetries(0))
	if err != nil {
		return t, err
	}
	t.API = reconcile.NewAPI(c, c)
	if o.cloneFrom == "" {
		return t, nil
	}
	name := "the customer to clone"
	source, err := c.Customers.Create(ctx, client.CreateRequest{CompanyName: &name})
	if err == nil {
		t.CloneSource = source.ID
	}
	return t, err
}
