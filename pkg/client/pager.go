package client

import (
	"context"
	"fmt"
	"iter"
)

// Pager walks every page of a list, one after another until a short page, and hands each customer out once.
// Numbered pages move while customers are added and removed; what the walk sees of that is in its report, and a
// walk that cannot be shown to be complete ends in an *IncompleteError. Use a Pager once, in one goroutine.
type Pager struct {
	service *CustomersService
	options ListOptions
	report  WalkReport
	seen    map[string]bool
}

// WalkReport is what a walk has seen so far.
type WalkReport struct {
	Pages    int      // pages read, without those that were read again
	Rows     int      // distinct customers handed out
	Total    int64    // the server's last total, -1 when it gave none
	Complete bool     // the walk ended and nothing speaks against it
	Members  []Member // the last page's, see CustomerPage
	Drift    []string // what speaks against it, in the order in which it was seen
}

// All walks every page with these options (Page is ignored; PerPage is 100 unless given) and hands each customer out
// once: GET /v1/customers. The last value may be an error: an *IncompleteError after the rows that were found, or the
// *Error or *TransportError of a page that failed for good.
func (s *CustomersService) All(ctx context.Context, o ListOptions) iter.Seq2[Customer, error] {
	return s.Pager(o).All(ctx)
}

// Pager prepares a walk like [CustomersService.All] whose report can be read.
func (s *CustomersService) Pager(o ListOptions) *Pager {
	if o.PerPage == 0 {
		o.PerPage = MaxPerPage
	}
	return &Pager{service: s, options: o, report: WalkReport{Total: -1}, seen: map[string]bool{}}
}

// Report tells what the walk has seen; it is final when the sequence of All has ended.
func (p *Pager) Report() WalkReport { return p.report }

// All is the walk. See [CustomersService.All] for the errors.
func (p *Pager) All(ctx context.Context) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		barren := 0 // pages in a row without a new customer
		for number := 1; ; number++ {
			page, err := p.read(ctx, number)
			if err != nil {
				yield(Customer{}, err)
				return
			}
			fresh, more := p.handOut(page, yield)
			if !more {
				return
			}
			if p.isShort(page) && !p.owes(page, number) {
				break
			}
			if fresh > 0 {
				barren = 0
				continue
			}
			if barren++; barren == 2 {
				p.drift("two pages in a row brought no new customer")
				break
			}
		}
		p.finish(yield)
	}
}

// read gets a page; one that is empty although rows are still due is read once more.
func (p *Pager) read(ctx context.Context, number int) (*CustomerPage, error) {
	o := p.options
	o.Page = number
	page, err := p.service.List(ctx, o)
	if err == nil && len(page.Customers) == 0 && p.owes(page, number) {
		page, err = p.service.List(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	p.note(page, number)
	return page, nil
}

// size is how many customers a full page holds: fewer than were asked for where the server has a cap of its own.
func (p *Pager) size(page *CustomerPage) int {
	if n := page.PerPage; n > 0 && n < int64(p.options.PerPage) && int64(len(page.Customers)) <= n {
		return int(n)
	}
	return p.options.PerPage
}

func (p *Pager) isShort(page *CustomerPage) bool { return len(page.Customers) < p.size(page) }

// owes tells that the server's total promises customers beyond this page.
func (p *Pager) owes(page *CustomerPage, number int) bool {
	return page.Total > max(int64(number)*int64(p.size(page)), int64(p.report.Rows))
}

func (p *Pager) note(page *CustomerPage, number int) {
	p.report.Pages++
	if page.Page >= 0 && page.Page != int64(number) {
		p.drift("page %d calls itself page %d", number, page.Page)
	}
	if page.PerPage >= 0 && page.PerPage != int64(p.options.PerPage) {
		p.drift("page %d holds up to %d customers where %d were asked for", number, page.PerPage, p.options.PerPage)
	}
	if p.isShort(page) && p.owes(page, number) {
		p.drift("page %d holds %d customers, though %d are said to exist", number, len(page.Customers), page.Total)
	}
	if page.Total >= 0 && page.Total < p.report.Total {
		p.drift("the total fell from %d to %d", p.report.Total, page.Total)
	}
	p.report.Total, p.report.Members = page.Total, page.Members
}

func (p *Pager) handOut(page *CustomerPage, yield func(Customer, error) bool) (fresh int, more bool) {
	for _, c := range page.Customers {
		if p.seen[c.ID] {
			continue
		}
		p.seen[c.ID] = true
		p.report.Rows++
		fresh++
		if !yield(c, nil) {
			return fresh, false
		}
	}
	return fresh, true
}

func (p *Pager) finish(yield func(Customer, error) bool) {
	switch t := p.report.Total; {
	case t < 0:
		p.drift("the server does not say how many customers there are")
	case int64(p.report.Rows) != t:
		p.drift("%d customers were read, %d are said to exist", p.report.Rows, t)
	}
	if p.report.Complete = len(p.report.Drift) == 0; !p.report.Complete {
		yield(Customer{}, &IncompleteError{Rows: p.report.Rows, Total: p.report.Total, Reasons: p.report.Drift})
	}
}

func (p *Pager) drift(format string, args ...any) {
	p.report.Drift = append(p.report.Drift, fmt.Sprintf(format, args...))
}
