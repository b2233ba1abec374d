package bulk

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/hydracore/hydractl/pkg/client"
)

// maxRecentPages bounds the walk through new customers (100,000 of them).
const maxRecentPages = 1000

var errNoOrder = errors.New("the server's creation times cannot be used to find new customers")

// lookForFields looks for a customer without an email among those created since the send.
func (r *Resolver) lookForFields(ctx context.Context, d Doubt) (Settlement, error) {
	found, err := r.recent(ctx, d.First, func(c *client.Customer) bool {
		id, err := uuid.Parse(c.ID)
		return err == nil && !r.claimed(id) && (c.Email == nil || *c.Email == "") && sameFields(d.Sent, c)
	})
	switch {
	case errors.Is(err, errNoOrder):
		return Settlement{State: Unknown, Reason: err.Error()}, nil
	case err != nil:
		return Settlement{State: Pending}, err
	case len(found) == 1:
		return Settlement{State: Created, Customer: &found[0]}, nil
	case len(found) > 1:
		return Settlement{State: Unknown, Reason: "several new customers have these fields"}, nil
	}
	return Settlement{State: Pending}, nil
}

// recent walks the customers from the newest to those created before since, and gives those that fit. New ones that
// come in meanwhile push others to later pages, never past the walk.
func (r *Resolver) recent(ctx context.Context, since time.Time, fits func(*client.Customer) bool) ([]client.Customer, error) {
	since = since.Add(-clockLag)
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
			case c.CreatedAt.Time.IsZero() || !newer.IsZero() && c.CreatedAt.Time.After(newer.Add(clockLag)):
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

// sameFields tells that a customer has every field that was sent, as far as a list shows it. Servers trim, and change
// the case of codes.
func sameFields(sent Values, c *client.Customer) bool {
	for i, got := range map[int]*string{
		CompanyName: c.CompanyName, CountryCode: c.CountryCode, Currency: c.Currency, Timezone: c.Timezone,
	} {
		if sent[i] != "" && (got == nil || !sameText(sent[i], *got)) {
			return false
		}
	}
	return true
}

func sameText(a, b string) bool {
	return a == b || strings.EqualFold(norm.NFC.String(strings.TrimSpace(a)), norm.NFC.String(strings.TrimSpace(b)))
}
