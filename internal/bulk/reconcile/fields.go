package reconcile

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxRecentPages bounds the walk through new customers (100,000 of them).
const maxRecentPages = 1000

var errNoOrder = errors.New("the server's creation times cannot be used to find new customers")

// lookForFields looks for a customer without an email among those created since the send.
func (r *Reconciler) lookForFields(ctx context.Context, d Write) (Result, error) {
	found, err := r.recent(ctx, d.First, func(c *client.Customer) bool {
		id, err := uuid.Parse(c.ID)
		return err == nil && !r.claimed(id) && (c.Email == nil || *c.Email == "") && compare(d.Sent, listedFields(c)) != otherFields
	})
	switch {
	case errors.Is(err, errNoOrder):
		return Result{State: record.Unknown, Reason: err.Error()}, nil
	case err != nil:
		return Result{State: record.Pending}, err
	}
	found, untolds, err := r.alike(ctx, d.Sent, found)
	switch {
	case err != nil:
		return Result{State: record.Pending}, err
	case untolds > 0:
		return Result{State: record.Unknown, Reason: "the server does not tell all fields of a new customer, so whose it is cannot be known"}, nil
	case len(found) == 1:
		return Result{State: record.Created, Customer: &found[0]}, nil
	case len(found) > 1:
		return Result{State: record.Unknown, Reason: "several new customers have these fields"}, nil
	}
	return Result{State: record.Pending}, nil
}

// alike keeps the customers that have every field that was sent, and counts those of which that cannot be told.
func (r *Reconciler) alike(ctx context.Context, sent record.Values, found []client.Customer) (alike []client.Customer, untolds int, err error) {
	for i := range found {
		switch likely, err := r.likeness(ctx, sent, &found[i]); {
		case err != nil:
			return nil, 0, err
		case likely == sameFields:
			alike = append(alike, found[i])
		case likely == untoldFields:
			untolds++
		}
	}
	return alike, untolds, nil
}

// recent walks the customers from the newest to those created before since, and gives those that fit. New ones that
// come in meanwhile push others to later pages, never past the walk.
func (r *Reconciler) recent(ctx context.Context, since time.Time, fits func(*client.Customer) bool) ([]client.Customer, error) {
	since = since.Add(-ClockTolerance)
	var found []client.Customer
	var newer time.Time
	seen := map[string]bool{}
	o := client.ListOptions{PerPage: client.MaxPerPage, SortBy: "created_at", SortDir: "desc"}
	for o.Page = 1; o.Page <= maxRecentPages; o.Page++ {
		page, err := r.API.List(ctx, o)
		if err != nil {
			return nil, err
		}
		for i := range page.Customers {
			c := &page.Customers[i]
			switch {
			case c.CreatedAt.Time.IsZero() || !newer.IsZero() && c.CreatedAt.Time.After(newer.Add(ClockTolerance)):
				return nil, errNoOrder
			case c.CreatedAt.Time.Before(since):
				return found, nil
			case !seen[c.ID] && fits(c):
				seen[c.ID] = true
				found = append(found, *c)
			}
			newer = c.CreatedAt.Time
		}
		if len(page.Customers) < client.MaxPerPage && page.Total <= int64(o.Page)*client.MaxPerPage {
			return found, nil
		}
	}
	return nil, errNoOrder
}

func SameText(a, b string) bool {
	return a == b || strings.EqualFold(norm.NFC.String(strings.TrimSpace(a)), norm.NFC.String(strings.TrimSpace(b)))
}
