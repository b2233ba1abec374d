package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// GetCustomer returns the customer that a user names by ID or by exact email.
func GetCustomer(ctx context.Context, api *Session, ref string) (*client.CustomerDetail, error) {
	id, err := api.CustomerID(ctx, ref, "ID|EMAIL")
	if err != nil {
		return nil, err
	}
	d, err := api.Customers.Get(ctx, id)
	if client.IsNotFound(err) {
		return nil, NoSuchID(id, err)
	}
	return d, err
}

// NoSuchID returns the error for an ID that no customer of the tenant has.
func NoSuchID(id string, cause error) error {
	f := failure.NotFoundf("no customer of this tenant has the ID %s: %s", id, Describe(cause))
	f.Cause, f.Hint = cause, "hydractl auth status shows the tenant, hydractl customers list its customers"
	return f
}

// IsNotFound reports whether err is that something does not exist.
func IsNotFound(err error) bool {
	f, ok := errors.AsType[*failure.Failure](err)
	return ok && f.Exit == failure.ExitNotFound
}

// CustomerID finds the customer that a user names by ID or by exact email; place is the argument or flag.
func (s *Session) CustomerID(ctx context.Context, ref, place string) (string, error) {
	ref = strings.TrimSpace(ref)
	if uuid.Validate(ref) == nil { // Parse takes any two characters for braces
		return uuid.MustParse(ref).String(), nil
	}
	if err := emailaddr.Check(ref); err != nil {
		f := failure.Invalidf(place, "must be a customer's ID (a UUID) or email (got %q)", output.EscapeCut(ref, 80))
		f.Hint = "hydractl customers list --search " + files.ShellWord(output.EscapeCut(ref, 80)) + " finds customers by a part of their email"
		return "", f
	}
	found, err := s.Customers.FindByEmail(ctx, ref)
	if err != nil {
		return "", err
	}
	return oneOf(found, ref)
}

// oneOf returns the customer that has exactly this spelling of the email, or else the only one.
func oneOf(found []client.Customer, email string) (string, error) {
	var exact []client.Customer
	for _, c := range found {
		if c.Email != nil && *c.Email == email {
			exact = append(exact, c)
		}
	}
	if len(exact) == 1 {
		found = exact
	}
	switch len(found) {
	case 0:
		f := failure.NotFoundf("no customer has the email %s", email)
		f.Hint = "hydractl customers list --search " + files.ShellWord(email)
		return "", f
	case 1:
		return found[0].ID, nil
	}
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.ID
	}
	f := failure.Usagef("%d customers have the email %s: %s", len(found), email, JoinComma(ids))
	f.Code, f.Hint = "ambiguous_email", "name the customer by its ID"
	return "", f
}
