package customers

import (
	"context"
	"iter"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/pkg/client"
)

// newestFirst tells that the pages, which --all reads oldest first, are to be given out backwards.
func (o *customersListOptions) newestFirst() bool {
	return o.all && o.limit == 0 && o.sortGiven && o.sortBy == "created_at" && o.sortDir == "desc"
}

// pager walks in the order that finds everybody, oldest first, where it can be turned into the order asked for.
func (o *customersListOptions) pager(api *cli.Session) *client.Pager {
	q := o.query()
	if o.all && !o.sortGiven || o.newestFirst() {
		q.SortBy, q.SortDir = "", ""
	}
	p := api.Customers.Pager(q)
	setConsistency(p, o.consistency)
	if o.limit > 0 {
		setConsistency(p, scan) // no page beyond the limit is read
	}
	return p
}

// customers are those that the pager finds, in the order asked for. A server that did not sort by age is not turned
// around.
func (o *customersListOptions) customers(ctx context.Context, api *cli.Session, pager *client.Pager) iter.Seq2[client.Customer, error] {
	if !o.newestFirst() {
		return pager.All(ctx)
	}
	return func(yield func(client.Customer, error) bool) {
		held := &pile{dir: api.Settings.StateDir}
		defer held.Close()
		var last error
		for c, err := range pager.All(ctx) {
			if last = err; err != nil {
				break
			}
			if err := held.add(c); err != nil {
				yield(client.Customer{}, err)
				return
			}
		}
		if last != nil && !isIncomplete(last) {
			yield(client.Customer{}, last)
			return
		}
		for c, err := range held.all(pager.Report().Sorted) {
			if !yield(c, err) || err != nil {
				return
			}
		}
		if last != nil {
			yield(client.Customer{}, last)
		}
	}
}
