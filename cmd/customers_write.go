package cmd

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// write is a create or a clone: the one request that cannot be taken back, and what is looked up around it.
type write struct {
	api         *api
	email       *string
	ifNotExists bool
	clone       bool
	values      bulk.Values
	quiet       time.Duration          // how long to look for the customer when the answer is lost
	places      map[string]reportField // where the user gave each field
	describe    func() (*client.Request, error)
	send        func(context.Context) (*client.NewCustomer, error)
}

func (w write) run(ctx context.Context, env *Env, dryRun bool) error {
	if dryRun {
		return w.runDry(ctx, env)
	}
	printer, err := output.New(env.outputOptions(w.api.settings), createdColumns())
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
	w.api.Close() // a connection that the look has left may be closed by the server just now
	sent := env.Now()
	made, err := w.send(ctx)
	if err == nil {
		w.api.status.Note("Created customer %s.", made.ID)
		return madeButUnprinted(made.ID, printer.Item(env.Out, createdRecord{NewCustomer: *made, created: true}, createdSheet))
	}
	switch {
	case client.MaybeApplied(err) && ctx.Err() == nil:
		return w.settle(ctx, env, printer, sent, err)
	case client.MaybeApplied(err): // no time is left to look
		return w.unknown(err, "")
	}
	if w.email == nil || !mayBeDuplicate(err) {
		return &inPlaces{err, w.places}
	}
	existing, lookErr := w.find(ctx)
	if existing == nil && lookErr == nil && client.IsDuplicate(err) {
		existing, lookErr = w.findInList(ctx)
	}
	if w.ifNotExists && existing != nil {
		return w.printFound(env, printer, existing, false)
	}
	return w.duplicate(err, existing, lookErr)
}

// find looks for a customer with the email that is to be written; nil when there is none.
func (w write) find(ctx context.Context) (*client.Customer, error) {
	if w.email == nil {
		return nil, nil
	}
	found, err := w.api.Customers.FindByEmail(ctx, *w.email)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	for i := range found {
		if *found[i].Email == *w.email {
			return &found[i], nil
		}
	}
	return &found[0], nil
}

// findInList looks through all customers for one that the server says is there and that its search does not find, as when
// it compares letters exactly.
func (w write) findInList(ctx context.Context) (*client.Customer, error) {
	for c, err := range w.api.Customers.All(ctx, client.ListOptions{}) {
		if err != nil {
			return nil, err
		}
		if c.Email != nil && client.SameEmail(*c.Email, *w.email) {
			return &c, nil
		}
	}
	return nil, nil
}

// madeButUnprinted names a customer that was created when its record cannot be printed: repeating would fail or double it.
func madeButUnprinted(id string, err error) error {
	if err == nil || isClosedPipe(err) {
		return err
	}
	return &failure{
		exit: exitUnexpected, code: "write_failed", cause: err, outcome: outcomePartial,
		message: "customer " + id + " was created, but cannot be printed: " + err.Error(),
		hint:    "do not repeat the command; hydractl customers get " + id + " shows the customer",
	}
}

// mayBeDuplicate tells the refusals for which it is worth looking whether the email is taken: servers say it in any
// status and language, at the email or about the whole request.
func mayBeDuplicate(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	if !ok || e.Status != http.StatusBadRequest && e.Status != http.StatusConflict && e.Status != http.StatusUnprocessableEntity {
		return false
	}
	return client.IsDuplicate(err) || len(e.Fields) == 0 ||
		slices.ContainsFunc(e.Fields, func(f client.FieldError) bool { return f.Field == "email" || f.Field == "" })
}

// printFound prints a customer that a list holds in the shape of a create's answer.
func (w write) printFound(env *Env, printer *output.Printer[createdRecord], c *client.Customer, created bool) error {
	if !created {
		w.api.status.Note("Customer %s exists already; nothing was created.", c.ID)
	}
	record := client.NewCustomer{CompanyName: c.CompanyName, CreatedAt: c.CreatedAt, Email: c.Email, ID: c.ID}
	return printer.Item(env.Out, createdRecord{record, created}, createdSheet)
}

// duplicate says what a refusal that may be for a taken email means. The look decides; without one, the server's words.
func (w write) duplicate(err error, existing *client.Customer, lookErr error) error {
	if existing == nil && (lookErr == nil || !client.IsDuplicate(err)) {
		return &inPlaces{err, w.places}
	}
	return w.exists(err, existing)
}

// exists says that the email is taken; existing is nil when nobody can see by whom.
func (w write) exists(cause error, existing *client.Customer) *failure {
	f := &failure{
		exit: exitDuplicate, code: "duplicate_email", cause: cause,
		message: "a customer with the email " + *w.email + " exists already",
		hint:    "hydractl customers get " + shellWord(*w.email) + " shows it; --if-not-exists accepts it",
	}
	if existing != nil {
		f.message = "customer " + existing.ID + " has the email " + *w.email + " already"
	}
	if place, known := w.places["email"]; known {
		place.Message = words(cause)
		f.fields = []reportField{place}
	}
	return f
}
