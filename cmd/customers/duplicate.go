package customers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/pkg/client"
)

// find looks for a customer with the email; nil when there is none.
func (w write) find(ctx context.Context) (*client.Customer, error) {
	if w.email == nil {
		return nil, nil
	}
	found, err := w.session.Customers.FindByEmail(ctx, *w.email)
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

// findDuplicate looks for the customer on account of which a write was refused. When the server says that there is one, an empty
// answer is not believed at once.
func (w write) findDuplicate(ctx context.Context, refusal error) (*client.Customer, error) {
	found, err := w.find(ctx)
	if found != nil || err != nil || !client.IsDuplicate(refusal) {
		return found, err
	}
	if found, err = w.findInList(ctx); found != nil || err != nil || !saysEmailTaken(refusal) {
		return found, err
	}
	for _, lag := range []time.Duration{time.Second, 2 * time.Second, 2 * time.Second} { // reads may lag behind
		select {
		case <-time.After(lag):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if found, err = w.find(ctx); found != nil || err != nil {
			return found, err
		}
	}
	return nil, nil
}

// saysEmailTaken reports whether the message of a refusal is that another customer has the email.
func saysEmailTaken(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	if !ok || !client.IsDuplicate(err) {
		return false
	}
	text := e.Message
	if len(e.Fields) > 0 {
		text = ""
	}
	for _, f := range e.Fields {
		if f.Field == "email" || f.Field == "" {
			text += " " + f.Field + " " + f.Message
		}
	}
	text = strings.ToLower(text)
	contains := func(word string) bool { return strings.Contains(text, word) }
	return slices.ContainsFunc([]string{"email", "e-mail", "customer"}, contains) &&
		slices.ContainsFunc([]string{"exists", "duplicate", "taken", "unique", "in use", "registered"}, contains)
}

// findInList looks through all customers for one that the server says is there and that its search does not find, as when
// it compares letters exactly.
func (w write) findInList(ctx context.Context) (*client.Customer, error) {
	for c, err := range w.session.Customers.All(ctx, client.ListOptions{}) {
		if err != nil {
			return nil, err
		}
		if c.Email != nil && emailaddr.Same(*c.Email, *w.email) {
			return &c, nil
		}
	}
	return nil, nil
}

// duplicate is the failure of a refusal that may be for an email that another customer has. The search decides; when it finds
// none, or fails, the server's message does.
func (w write) duplicate(err error, existing *client.Customer, lookErr error) error {
	switch {
	case existing == nil && lookErr == nil && saysEmailTaken(err):
		f := w.exists(err, nil)
		f.Message = "the server reports a duplicate of the email " + *w.email + ", but no customer with it can be found"
		f.Hint = "reads may lag behind: hydractl customers get " + files.ShellWord(*w.email)
		return f
	case existing == nil && (lookErr == nil || !client.IsDuplicate(err)):
		return cli.WithPlaces(err, w.places)
	}
	return w.exists(err, existing)
}

// exists is the failure that another customer has the email; existing is nil when no search finds it.
func (w write) exists(cause error, existing *client.Customer) *failure.Failure {
	f := &failure.Failure{
		Exit: failure.ExitDuplicate, Code: "duplicate_email", Cause: cause,
		Message: "a customer with the email " + *w.email + " exists already",
		Hint:    "hydractl customers get " + files.ShellWord(*w.email) + " shows it; --if-not-exists accepts it",
	}
	if existing != nil {
		f.Message = "customer " + existing.ID + " has the email " + *w.email + " already"
	}
	if place, known := w.places["email"]; known {
		place.Message = cli.Describe(cause)
		f.Fields = []failure.Field{place}
	}
	return f
}
