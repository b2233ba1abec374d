package imports

import (
	"cmp"
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

// rehearse runs the import against a throw-away sandbox with the tenant's emails. The server itself is only read from. No rate
// limit applies: the plan says how long the import would take.
func (j *job) rehearse(ctx context.Context, p *plan) (*bulk.Summary, error) {
	emails, err := tenantEmails(ctx, j.app, p.target)
	if err != nil {
		return nil, err
	}
	j.app.Status().Note("Rehearsing in a throw-away sandbox with the tenant's %s; nothing is sent to %s.", cli.Plural(int64(len(emails)), "email"), p.header.Host)
	server, err := sandbox.Start(ctx, sandbox.Options{Key: "hc_test_" + strings.ToLower(rand.Text()), Emails: emails})
	if err != nil {
		return nil, cli.SandboxFailure(err)
	}
	defer func() { _ = server.Close() }()
	d, err := j.rehearsalDestination(ctx, server)
	if err != nil {
		return nil, err
	}
	return j.send(ctx, p, d)
}

// tenantEmails reads the email of every customer.
func tenantEmails(ctx context.Context, app *cli.App, t *target) ([]string, error) {
	var emails []string
	for c, err := range t.Customers.All(ctx, client.ListOptions{}) {
		if incomplete, ok := errors.AsType[*client.IncompleteError](err); ok {
			app.Status().Warn("the tenant's customers could not be read completely: %v", incomplete)
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

// rehearsalDestination connects to the sandbox, where a stand-in takes the place of the customer to clone.
func (j *job) rehearsalDestination(ctx context.Context, server *sandbox.Server) (destination, error) {
	d := destination{workers: cmp.Or(j.sending.workers, bulk.MaxWorkers)}
	d.Limiter, d.ClockKnown, d.NoRules = bulk.NewRateLimiter(), true, j.cloneFrom != "" && !j.cloneRules
	c, err := client.New(server.URL(), client.WithAPIKey(server.Key()), client.WithLimiter(d.Limiter), client.WithMaxRetries(0))
	if err != nil {
		return d, err
	}
	d.API = reconcile.NewAPI(c, c)
	if j.cloneFrom == "" {
		return d, nil
	}
	name := "the customer to clone"
	source, err := c.Customers.Create(ctx, client.CreateRequest{CompanyName: &name})
	if err == nil {
		d.CloneSource = source.ID
	}
	return d, err
}
