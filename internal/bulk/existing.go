package bulk

import (
	"context"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// Existing is a customer that was there before the run.
type Existing struct {
	ID uuid.UUID

	fields string // what a list shows of it, see packFields
}

// existingCustomers are customers by their folded email.
type existingCustomers map[string]Existing

func (x existingCustomers) add(email string, c *client.Customer) {
	if id, err := uuid.Parse(c.ID); err == nil && email != "" {
		x[email] = Existing{id, packFields(c)}
	}
}

// Known returns the customer that had the email of a row before the run; for [RunOptions].
func (p *Plan) Known(key string) (Existing, bool) {
	found, there := p.existing[key]
	return found, there
}

// maxSweepPages bounds what is read and remembered of the customers that are there (100,000).
const maxSweepPages = 1000

// worthSweeping compares reading all customers, a request for 100, with finding the existing ones by refusal, which takes
// two requests each; one row in twenty is expected to exist. Without a search it takes a sweep to find one.
func worthSweeping(customers int64, rows int, blind bool) bool {
	if customers <= 0 || rows == 0 {
		return false
	}
	pages := (customers + client.MaxPerPage - 1) / client.MaxPerPage
	return pages <= maxSweepPages && (blind || pages <= max(int64(rows/10), 1))
}

// searchBlind reports whether the search does not find the newest customer by its email.
func searchBlind(ctx context.Context, o *PlanOptions, page *client.CustomerPage) (bool, error) {
	if o.Journal.Finished() || len(page.Customers) == 0 {
		return false, nil
	}
	known := &page.Customers[0]
	if known.Email == nil || !reconcile.Searchable(*known.Email) {
		return false, nil
	}
	found, err := reconcile.SearchFinds(ctx, o.API, reconcile.Sample{ID: known.ID, Email: *known.Email})
	return !found && err == nil, err
}

// sweep reads the emails of all customers. What it misses is found by refusal.
func sweep(ctx context.Context, api reconcile.API) (existingCustomers, error) {
	found := existingCustomers{}
	o := client.ListOptions{PerPage: client.MaxPerPage, SortBy: "created_at", SortDir: "asc"}
	var pages reconcile.PageWalk
	for o.Page = 1; o.Page <= maxSweepPages; o.Page++ {
		page, err := api.List(ctx, o)
		if err != nil {
			return found, err
		}
		for i := range page.Customers {
			if c := &page.Customers[i]; c.Email != nil {
				found.add(emailaddr.Fold(*c.Email), c)
			}
		}
		if pages.EndsWith(page) {
			break
		}
	}
	return found, nil
}

// maxLookups is the number of rows up to which each is searched for.
const maxLookups = 50

// lookUp searches for the customer of every row that is left.
func lookUp(ctx context.Context, o *PlanOptions) (existingCustomers, error) {
	found := existingCustomers{}
	for row, err := range o.Rows {
		if err != nil {
			return found, err
		}
		if row.Key == "" || row.State.Terminal() {
			continue
		}
		all, err := reconcile.SearchPart(ctx, o.API, row.Key)
		if err != nil {
			return found, err
		}
		if len(all) > 0 {
			found.add(row.Key, &all[0])
		}
	}
	return found, nil
}
