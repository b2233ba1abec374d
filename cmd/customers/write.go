package customers

import (
	"context"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// write is a create or a clone: the one request that cannot be taken back, and what is looked up around it.
type write struct {
	Session     *cli.Session
	email       *string
	ifNotExists bool
	clone       bool
	values      record.Values
	quiet       time.Duration            // how long to look for the customer when the answer is lost
	places      map[string]failure.Field // where the user gave each field
	send        func(context.Context, *client.Client) (*client.CreatedCustomer, error)
}

func (w write) run(ctx context.Context, env *cli.App, dryRun bool) error {
	if dryRun {
		return w.runDry(ctx, env)
	}
	printer, err := output.New(w.Session.Output, createdColumns())
	if err != nil {
		return err
	}
	if w.ifNotExists {
		// Looking first spares the refusal; a customer that appears meanwhile is met below.
		existing, err := w.find(ctx)
		if err != nil {
			return err
		}
		if existing != nil {
			return w.printFound(env, printer, existing, false)
		}
	}
	w.Session.Close() // a connection that the look has left may be closed by the server just now
	sent := env.Now()
	made, err := w.send(ctx, w.Session.Client)
	if err == nil {
		w.Session.Status.Note("Created customer %s (%s).", made.ID, w.Session.Where())
		return madeButUnprinted(made.ID, printer.Item(env.Out, createdRecord{CreatedCustomer: *made, created: true}, createdSheet))
	}
	switch {
	case client.MaybeApplied(err) && ctx.Err() == nil:
		return w.settle(ctx, env, printer, sent, err)
	case client.MaybeApplied(err): // no time is left to look
		return w.unknown(err, "")
	}
	if w.email == nil || !mayBeDuplicate(err) {
		return cli.WithPlaces(err, w.places)
	}
	existing, lookErr := w.holder(ctx, err)
	if w.ifNotExists && existing != nil {
		return w.printFound(env, printer, existing, false)
	}
	return w.duplicate(err, existing, lookErr)
}

// madeButUnprinted names a customer that was created when its record cannot be printed: repeating would fail or double it.
func madeButUnprinted(id string, err error) error {
	if err == nil || cli.IsClosedPipe(err) {
		return err
	}
	return &failure.Failure{
		Exit: failure.ExitUnexpected, Code: "write_failed", Cause: err, Outcome: failure.OutcomePartial,
		Message: "customer " + id + " was created, but cannot be printed: " + err.Error(),
		Hint:    "do not repeat the command; hydractl customers get " + id + " shows the customer",
	}
}

// printFound prints a customer that a list holds in the shape of a create's answer.
func (w write) printFound(env *cli.App, printer *output.Printer[createdRecord], c *client.Customer, created bool) error {
	if !created {
		w.Session.Status.Note("Customer %s exists already; nothing was created.", c.ID)
	}
	record := client.CreatedCustomer{CompanyName: c.CompanyName, CreatedAt: c.CreatedAt, Email: c.Email, ID: c.ID}
	return printer.Item(env.Out, createdRecord{record, created}, createdSheet)
}
