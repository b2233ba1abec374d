package client

import (
	"context"
	"encoding/json"
	"iter"
)

const (
	maxWalks         = 4 // Fast and Scan: one, and up to three more
	maxVerifiedWalks = 8
)

// Pager walks every page of a list and hands each customer out once. Numbered pages move while customers come and go;
// a walk that sees this happen is repeated, and a list that cannot be shown to be complete ends in an
// *IncompleteError. Use a Pager once, in one goroutine.
type Pager struct {
	// Consistency says how much is done for completeness; set it before All. "" is Fast.
	Consistency Consistency

	service *CustomersService
	query   ListOptions
	imposed bool // the order in the query is the pager's, not the caller's
	order   order
	limited bool // a rate limit was met: from here on one request at a time
	shrunk  bool // the total fell: customers are deleted, which one walk may not see
	most    int  // walks, 0 for what Consistency says
	again   int  // how often a last page was read once more
	ids     *idSet
	report  WalkReport
}

// WalkReport is what a pager has seen so far.
type WalkReport struct {
	Walks    int             // walks through the list, the one under way included
	Pages    int             // pages of all walks, without those that were read again
	Rows     int             // distinct customers handed out, over all walks
	Total    int64           // the server's last total, -1 when it gave none
	Complete bool            // nothing speaks against it that these are all customers
	Oldest   bool            // the server gave its pages oldest first, as the pager asked
	Envelope json.RawMessage // the last page's, see CustomerPage
	Drift    []string        // what the last walk saw that speaks against completeness, in the order in which it was seen
}

// All walks every page with these options (Page is ignored; PerPage is 100 unless given) and hands each customer out
// once: GET /v1/customers. The last value may be an error: an *IncompleteError after the rows that were found, or the
// *Error or *TransportError of a page that failed for good.
//
// Without SortBy and SortDir the customers come oldest first, the order in which a list can be read completely while
// customers are created; what only a repeated walk has found comes last. Any other order is read one page at a time.
func (s *CustomersService) All(ctx context.Context, o ListOptions) iter.Seq2[Customer, error] {
	return s.Pager(o).All(ctx)
}

// Pager prepares a walk like [CustomersService.All] whose report can be read.
func (s *CustomersService) Pager(o ListOptions) *Pager {
	if o.PerPage == 0 {
		o.PerPage = MaxPerPage
	}
	p := &Pager{service: s, query: o, ids: newIDSet(), report: WalkReport{Total: -1}}
	switch {
	case o.SortBy == "" && o.SortDir == "":
		p.query.SortBy, p.query.SortDir, p.imposed = "created_at", "asc", true
	case o.SortBy != "created_at" || o.SortDir != "asc":
		p.order = orderUnknowable
	}
	return p
}

// Report tells what the walks have seen; it is final when the sequence of All has ended.
func (p *Pager) Report() WalkReport {
	r := p.report
	r.Oldest = p.order == orderProven || p.order == orderAssumed
	return r
}

// All is the walk. See [CustomersService.All] for the errors.
func (p *Pager) All(ctx context.Context) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		clean := 0 // walks in a row that saw nothing amiss
		for clean < p.due() {
			w := p.newWalk()
			more, err := w.run(ctx, yield)
			if err != nil {
				yield(Customer{}, err)
				return
			}
			if !more {
				return
			}
			if clean++; len(w.drift) > 0 {
				clean = 0
			}
			p.report.Drift = w.drift
			if p.report.Walks == p.walks() || clean == 0 && !w.moved {
				break
			}
		}
		if clean == p.due() {
			p.report.Complete = true
			return
		}
		if clean > 0 {
			p.report.Drift = []string{"no two walks in a row were free of changes"}
		}
		yield(Customer{}, &IncompleteError{Rows: p.report.Rows, Total: p.report.Total, Reasons: p.report.Drift})
	}
}

// due is how many walks in a row have to be without drift.
func (p *Pager) due() int {
	if p.Consistency == Verified || p.shrunk {
		return 2
	}
	return 1
}

// walks is how many there are at most.
func (p *Pager) walks() int {
	switch {
	case p.most > 0:
		return p.most
	case p.Consistency == Verified:
		return maxVerifiedWalks
	}
	return maxWalks
}
