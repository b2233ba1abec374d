package customers

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// newestFirst reports whether the customers, which --all reads oldest first, are printed in reverse.
func (o *customersListOptions) newestFirst() bool {
	return o.all && o.limit == 0 && o.sortGiven && o.sortBy == "created_at" && o.sortDir == "desc"
}

// pager walks oldest first, the order that can be shown to be complete, where it can be turned into the order asked for.
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

// customers returns the customers of the pager in the order asked for: newest first the pages are printed in reverse, and
// what a server did not sort is sorted here once all are read.
func (o *customersListOptions) customers(ctx context.Context, api *cli.Session, pager *client.Pager) iter.Seq2[client.Customer, error] {
	switch {
	case o.newestFirst():
		return o.backwards(ctx, api, pager)
	case o.all && o.limit == 0 && o.sortGiven:
		return o.resorted(ctx, pager)
	}
	return pager.All(ctx)
}

// backwards reads the customers oldest first and returns them newest first.
func (o *customersListOptions) backwards(ctx context.Context, api *cli.Session, pager *client.Pager) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		held := newReverseSpool(api.Settings.StateDir)
		defer held.close()
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
		rows := held.all(true)
		if !pager.Report().Sorted {
			rows = o.sorted(held.all(false))
		}
		for c, err := range rows {
			if !yield(c, err) || err != nil {
				return
			}
		}
		if last != nil {
			yield(client.Customer{}, last)
		}
	}
}

// resorted gives the customers out as they come, unless the first page is not in the order that was asked for.
func (o *customersListOptions) resorted(ctx context.Context, pager *client.Pager) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		next, stop := iter.Pull2(pager.All(ctx))
		defer stop()
		first, err, ok := next()
		rest := func(yield func(client.Customer, error) bool) {
			for c, e := first, err; ok; c, e, ok = next() {
				if !yield(c, e) {
					return
				}
			}
		}
		if err == nil && !pager.Report().Sorted {
			o.sortedHere = true
			rest = o.sorted(rest)
		}
		rest(yield)
	}
}

// sorted reads all rows and gives them out in the order asked for, and an error after the rows.
func (o *customersListOptions) sorted(rows iter.Seq2[client.Customer, error]) func(func(client.Customer, error) bool) {
	return func(yield func(client.Customer, error) bool) {
		var all []client.Customer
		var last error
		for c, err := range rows {
			if last = err; err != nil {
				break
			}
			all = append(all, c)
		}
		slices.SortStableFunc(all, o.compare)
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
		if last != nil {
			yield(client.Customer{}, last)
		}
	}
}

// compare compares customers by the field and direction asked for. A customer without the field comes last.
func (o *customersListOptions) compare(a, b client.Customer) int {
	sign := 1
	if o.sortDir == client.SortDesc {
		sign = -1
	}
	x, y := a.Email, b.Email
	switch o.sortBy {
	case client.SortByCreatedAt:
		return sign * a.CreatedAt.Time.Compare(b.CreatedAt.Time)
	case client.SortByCompanyName:
		x, y = a.CompanyName, b.CompanyName
	}
	switch {
	case x == nil || y == nil:
		return cmp.Compare(toInt(x == nil), toInt(y == nil))
	default:
		return sign * strings.Compare(strings.ToLower(*x), strings.ToLower(*y))
	}
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// notSorted is the failure of a list whose rows are not in the order that was asked for.
func (o *customersListOptions) notSorted() error {
	return &failure.Failure{
		Exit: failure.ExitPartial, Code: "not_sorted", Outcome: failure.OutcomeNone,
		Message: "the server did not sort by " + o.sortBy + " " + o.sortDir + ": the rows are in an order of its own",
		Hint:    "--all reads every customer and sorts them here",
	}
}
