package bulk

import (
	"context"
	"crypto/sha256"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/pkg/client"
)

// maxSweepPages bounds what is read and remembered of the customers that are there (100,000).
const maxSweepPages = 1000

// existing maps the hash of a folded email to the customer that has it.
type existing map[[16]byte]uuid.UUID

func emailHash(key string) (h [16]byte) {
	sum := sha256.Sum256([]byte(key))
	copy(h[:], sum[:])
	return h
}

// Known gives the customer that had the email of a row before the run; for [RunOptions].
func (p *Plan) Known(key string) (id string, ok bool) {
	if key == "" || p.existing == nil {
		return "", false
	}
	found, ok := p.existing[emailHash(key)]
	return found.String(), ok
}

// worthSweeping compares reading all customers, a request for 100, with finding the existing ones by refusal, which takes
// two requests each; one row in twenty is expected to exist.
func worthSweeping(customers int64, rows int) bool {
	if customers <= 0 || rows == 0 {
		return false
	}
	pages := (customers + client.MaxPerPage - 1) / client.MaxPerPage
	return pages <= maxSweepPages && pages <= max(int64(rows/10), 1)
}

// sweep reads the emails of all customers. What it misses is found by refusal.
func sweep(ctx context.Context, api API) (existing, error) {
	found := existing{}
	o := client.ListOptions{PerPage: client.MaxPerPage, SortBy: "created_at", SortDir: "asc"}
	for o.Page = 1; o.Page <= maxSweepPages; o.Page++ {
		page, err := api.List(ctx, o)
		if err != nil {
			return nil, err
		}
		for i := range page.Customers {
			c := &page.Customers[i]
			if id, err := uuid.Parse(c.ID); err == nil && c.Email != nil && *c.Email != "" {
				found[emailHash(client.FoldEmail(*c.Email))] = id
			}
		}
		if len(page.Customers) < client.MaxPerPage {
			break
		}
	}
	return found, nil
}
