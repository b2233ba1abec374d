package client

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
)

const (
	maxWalks         = 4 // one, and up to three more
	maxVerifiedWalks = 8
	// maxLookupWalks is two, because the first page shows all new customers only when they fit on it: with more of them one
	// walk proves nothing.
	maxLookupWalks = 2
)

// Pager walks every page of a list and hands each customer out once. Numbered pages move while customers come and go; a
// walk during which that may have happened is repeated, and a list that cannot be shown to be complete ends in an
// [*IncompleteError]. A Pager is for one walk, in one goroutine.
type Pager struct {
	// Sequential reads one page after another. Otherwise customers that are older than five minutes are read with several
	// requests at once, and only the rest one page after another. Set it before All.
	Sequential bool
	// Verified repeats the walk until two in a row agree, without relying on the server's clock. Otherwise one walk is
	// enough when the server's counts show that no customer was deleted meanwhile. Set it before All.
	Verified bool

	service      *CustomersService
	query        ListOptions
	defaultOrder bool // the order in the query is the pager's, not the caller's
	used         bool
	limited      bool // a rate limit was met: from here on one request at a time
	lookup       bool // of an email: the caller knows best when to look again
	rereads      int  // how often a last page was read once more
	order        orderCheck
	snapshot     snapshot
	inserted     int64       // customers handed out that were created after the snapshot
	previous     walkSummary // of the last walk that is over
	ids          *idSet
	report       WalkReport
}

// WalkReport is what a pager has seen so far.
type WalkReport struct {
	Walks    int             // walks through the list, the one under way included
	Pages    int             // pages of all walks, without those that were read again
	Rows     int             // distinct customers handed out, over all walks
	Total    int64           // the server's last total, -1 when it sent none
	Complete bool            // these are all customers
	Sorted   bool            // each page was in the order of the query, oldest first unless it names another
	Envelope json.RawMessage // the last page's, see CustomerPage
	Drift    []string        // signs in the last walk that a customer may be missing, in the order in which they were seen
}

// All walks every page with these options (Page is ignored; PerPage is 100 unless given) and hands each customer out
// once: GET /v1/customers. The last value may be an error: an [*IncompleteError] after the customers that were found, or
// the [*Error] or [*TransportError] of a page that failed for good. Ranging over the sequence again is another walk.
//
// Without SortBy and SortDir the customers come oldest first, the order in which a list can be read completely while
// customers are created; what only a repeated walk has found comes last. Any other order is read one page at a time.
func (s *CustomersService) All(ctx context.Context, o ListOptions) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) { s.Pager(o).list(ctx, yield) }
}

// Pager returns a pager for a walk like [CustomersService.All], whose report can be read.
func (s *CustomersService) Pager(o ListOptions) *Pager {
	if o.PerPage == 0 {
		o.PerPage = MaxPerPage
	}
	p := &Pager{service: s, query: o, ids: newIDSet(), report: WalkReport{Total: -1}}
	if p.defaultOrder = o.SortBy == "" && o.SortDir == ""; p.defaultOrder {
		p.query.SortBy, p.query.SortDir = SortByCreatedAt, SortAsc
	}
	p.order = newOrderCheck(p.query)
	return p
}

// Report returns what the walks have seen; it is final when the sequence of All has ended.
func (p *Pager) Report() WalkReport {
	r := p.report
	r.Sorted = p.order.sorted()
	return r
}

// All walks the list; see [CustomersService.All]. A second walk of the same Pager is an error.
func (p *Pager) All(ctx context.Context) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		if p.used {
			yield(Customer{}, errors.New("this Pager has walked its list already: make another one with CustomersService.Pager"))
			return
		}
		p.list(ctx, yield)
	}
}

// list walks until the customers that were handed out are shown to be all.
func (p *Pager) list(ctx context.Context, yield func(Customer, error) bool) {
	p.used = true
	if done, err := p.begin(ctx, yield); done || err != nil {
		if err != nil {
			yield(Customer{}, err)
		}
		return
	}
	for {
		w := p.newWalk()
		more, err := w.run(ctx, yield)
		if err != nil {
			yield(Customer{}, err)
			return
		}
		if !more {
			return
		}
		if p.report.Drift = w.drift; w.complete {
			p.report.Complete = true
			return
		}
		if p.report.Walks == p.maxWalks() || len(w.drift) > 0 && !w.transient {
			break
		}
	}
	yield(Customer{}, &IncompleteError{Rows: p.report.Rows, Total: p.report.Total, Reasons: p.report.Drift})
}

// begin takes the snapshot that the walks are compared with, unless the first page of a walk is one. A list of one page is
// complete with it and handed out: done.
func (p *Pager) begin(ctx context.Context, yield func(Customer, error) bool) (done bool, err error) {
	if p.Verified && !p.defaultOrder || p.newestFirst() {
		return false, nil
	}
	page, err := p.takeSnapshot(ctx)
	if err != nil || page == nil || !p.defaultOrder || len(page.Customers) >= p.query.PerPage || page.Total != int64(len(page.Customers)) {
		return false, err
	}
	p.report = WalkReport{Walks: 1, Pages: 1, Total: page.Total, Complete: true, Envelope: page.Envelope}
	if !page.Sorted(p.query) { // a server that ignores the order may have sent the oldest first
		slices.Reverse(page.Customers)
	}
	p.order.observe(page.Customers)
	for i := range page.Customers {
		p.report.Rows++
		if !yield(page.Customers[i], nil) {
			p.report.Complete = i == len(page.Customers)-1
			break
		}
	}
	return true, nil
}

// newestFirst reports whether the first page of a walk holds the newest customers.
func (p *Pager) newestFirst() bool {
	return p.query.SortBy == SortByCreatedAt && p.query.SortDir == SortDesc
}

// maxWalks is how many walks there are at most.
func (p *Pager) maxWalks() int {
	switch {
	case p.lookup:
		return maxLookupWalks
	case p.Verified:
		return maxVerifiedWalks
	}
	return maxWalks
}
