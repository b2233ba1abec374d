package bulk

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxSweepPages bounds what is read and remembered of the customers that are there (100,000).
const maxSweepPages = 1000

// existing maps folded emails to the customers that have them: by 128 bits of hash, under random seeds.
type existing struct {
	seeds [2]maphash.Seed
	ids   map[[2]uint64]uuid.UUID
}

func newExisting() existing {
	return existing{[2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, map[[2]uint64]uuid.UUID{}}
}

func (e *existing) hash(key string) [2]uint64 {
	return [2]uint64{maphash.String(e.seeds[0], key), maphash.String(e.seeds[1], key)}
}

// Known returns the customer that had the email of a row before the run; for [RunOptions].
func (p *Plan) Known(key string) (id string, ok bool) {
	if key == "" || len(p.existing.ids) == 0 {
		return "", false
	}
	found, ok := p.existing.ids[p.existing.hash(key)]
	if !ok {
		return "", false
	}
	return found.String(), true
}

// worthSweeping compares reading all customers, a request for 100, with finding the existing ones by refusal, which takes
// two requests each; one row in twenty is expected to exist. Without a search it takes a sweep to find one.
func worthSweeping(customers int64, rows int, blind bool) bool {
	if customers <= 0 || rows == 0 {
		return false
	}
	pages := (customers + client.MaxPerPage - 1) / client.MaxPerPage
	return pages <= maxSweepPages && (blind || pages <= max(int64(rows/10), 1))
}

// searchBlind looks for the newest customer by its email. A backslash is known to escape in SQL's LIKE, and says nothing.
func searchBlind(ctx context.Context, o PlanOptions, page *client.CustomerPage) (bool, error) {
	if o.Journal.Finished() || len(page.Customers) == 0 {
		return false, nil
	}
	known := &page.Customers[0]
	if known.Email == nil || *known.Email == "" || strings.Contains(*known.Email, `\`) {
		return false, nil
	}
	found, err := o.API.FindByEmail(ctx, *known.Email)
	if _, incomplete := errors.AsType[*client.IncompleteError](err); err != nil && !incomplete {
		return false, err
	}
	return !slices.ContainsFunc(found, func(c client.Customer) bool { return c.ID == known.ID }), nil
}

// sweep reads the emails of all customers. What it misses is found by refusal.
func sweep(ctx context.Context, api reconcile.API) (existing, error) {
	found := newExisting()
	o := client.ListOptions{PerPage: client.MaxPerPage, SortBy: "created_at", SortDir: "asc"}
	for o.Page = 1; o.Page <= maxSweepPages; o.Page++ {
		page, err := api.List(ctx, o)
		if err != nil {
			return found, err
		}
		for i := range page.Customers {
			c := &page.Customers[i]
			if id, err := uuid.Parse(c.ID); err == nil && c.Email != nil && *c.Email != "" {
				found.ids[found.hash(emailaddr.Fold(*c.Email))] = id
			}
		}
		if len(page.Customers) < client.MaxPerPage {
			break
		}
	}
	return found, nil
}
