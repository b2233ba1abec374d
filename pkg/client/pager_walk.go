package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// maxAgain is how often the last page is read again because the count does not fit.
const maxAgain = 3

// walk is one way through the pages of a list.
//
// Without deletions it misses nobody who is there from its start to its end: a creation only pushes customers to later
// places, so let k be the first page read on which, or before which, x then stands; on page k-1 x stood behind it and
// cannot have come back, so x is on page k. What creations hide from the counts, and deletions, the detectors see.
type walk struct {
	pager     *Pager
	cutoff    time.Time    // customers created before it have their places for good; zero when that cannot be told
	highest   atomic.Int64 // the highest total that has come
	rows      int          // distinct customers of this walk
	barren    int          // pages in a row without a customer that is new to this walk
	newest    time.Time    // created_at of the last row that has one
	seam      seam         // customers of one moment on two pages
	most      int          // the largest page that the server gives, as far as it is known; 0 for not
	drift     []string     // what speaks against completeness
	moved     bool         // another walk may do better
	uncounted bool         // a page without a total was noted
	overfull  int          // a page whose total is lower than what had been read
}

// reading is a page with what was known when it was asked for.
type reading struct {
	*CustomerPage

	number int
	floor  int64 // the highest total that had come before the request left
}

func (p *Pager) newWalk() *walk {
	p.report.Walks++
	w := &walk{pager: p}
	w.highest.Store(-1)
	return w
}

// run hands out the customers that no walk has seen before. more is false when the caller wants no more of them.
func (w *walk) run(ctx context.Context, yield func(Customer, error) bool) (more bool, err error) {
	pages := newAhead(ctx, w)
	defer pages.stop()
	for number := 1; ; number++ {
		page, err := pages.get(ctx, number)
		if err != nil {
			return false, err
		}
		w.note(page)
		newest, reached, before := w.newest, w.seam, w.rows
		settled := w.checkOrder(page)
		if more, err := w.take(ctx, page, yield); err != nil || !more {
			return false, err
		}
		if w.isShort(page) && !w.owes(page) {
			if !w.miscounts(page) {
				break
			}
			w.newest, w.seam = newest, reached.seen()
			pages.stop()
			number--
			continue
		}
		if w.barren++; w.rows > before {
			w.barren = 0
		}
		if w.barren == 2 {
			w.changed("two pages in a row brought no new customer")
			break
		}
		pages.fill(settled, w.lastPage(page))
	}
	w.count()
	return true, nil
}

// fetch reads a page. With impatient a rate limit is an error at once.
func (w *walk) fetch(ctx context.Context, number int, impatient bool) (reading, error) {
	floor := w.highest.Load()
	o := w.pager.query
	o.Page = number
	page, err := w.pager.service.list(ctx, o, impatient)
	if err != nil {
		return reading{}, err
	}
	for {
		highest := w.highest.Load()
		if page.Total <= highest || w.highest.CompareAndSwap(highest, page.Total) {
			return reading{page, number, floor}, nil
		}
	}
}

// first reads page 1. A server that refuses the order that the pager asks for is read in its own.
func (w *walk) first(ctx context.Context) (reading, error) {
	page, err := w.fetch(ctx, 1, false)
	p := w.pager
	if e, ok := errors.AsType[*Error](err); ok && p.imposed && (e.Status == http.StatusUnprocessableEntity || e.Status == http.StatusBadRequest) {
		p.query.SortBy, p.query.SortDir, p.imposed, p.order = "", "", false, orderUnknowable
		page, err = w.fetch(ctx, 1, false)
	}
	if err != nil {
		return page, err
	}
	w.cutoff = settledBefore(page.Date, time.Now())
	if page.Total >= 0 && page.Total < p.report.Total { // since the walk before
		p.shrunk = true
	}
	return page, nil
}

// take hands out the customers of a page, and those whom its end, or that of the page before, tore from their group.
func (w *walk) take(ctx context.Context, page reading, yield func(Customer, error) bool) (more bool, err error) {
	first := int64(page.number-1) * int64(w.size(page))
	var tears []torn
	for i := range page.Customers {
		c := &page.Customers[i]
		fresh, more := w.hand(c, yield)
		if !more {
			return false, nil
		}
		if t, ok := w.seam.pass(c.CreatedAt.Time, first+int64(i), first, fresh); ok {
			tears = append(tears, t)
		}
	}
	if page.Total >= 0 && page.Total < int64(w.rows) {
		w.overfull = page.number
	}
	if w.isShort(page) {
		if t, ok := w.seam.stop(first+int64(len(page.Customers)), first); ok {
			tears = append(tears, t)
		}
	}
	if w.pager.order > orderProven || w.size(page) != w.pager.query.PerPage || len(w.drift) > 0 {
		return true, nil // what the places are, nobody knows
	}
	for _, t := range tears {
		if more, err := w.mend(ctx, t, yield); err != nil || !more {
			return more, err
		}
	}
	return true, nil
}

// hand gives the caller a customer who is new; fresh tells that this walk had not seen it.
func (w *walk) hand(c *Customer, yield func(Customer, error) bool) (fresh, more bool) {
	p := w.pager
	first, fresh := p.ids.see(c.ID, p.report.Walks)
	if fresh {
		w.rows++
	}
	if !first {
		return fresh, true
	}
	p.report.Rows++
	return fresh, yield(*c, nil)
}

// miscounts tells that the last page is worth another look: its count is not that of the customers who have come, as
// when some were created between the server's count and its look at the rows, or since that page was read.
func (w *walk) miscounts(page reading) bool {
	if page.Total < 0 || page.Total == int64(w.rows) || len(w.drift) > 0 || w.pager.again == maxAgain {
		return false
	}
	w.pager.again++
	if w.overfull == page.number {
		w.overfull = 0
	}
	return true
}

// size is how many customers a full page holds: fewer than were asked for where the server has a cap of its own.
func (w *walk) size(page reading) int {
	asked := w.pager.query.PerPage
	if n := page.PerPage; n > 0 && n < int64(asked) && int64(len(page.Customers)) <= n {
		return int(n)
	}
	return asked
}

func (w *walk) isShort(page reading) bool { return len(page.Customers) < w.size(page) }

// owes tells that the server's total promises customers beyond this page.
func (w *walk) owes(page reading) bool {
	return page.Total > max(int64(page.number)*int64(w.size(page)), int64(w.rows))
}

// lastPage is where the list ends by the server's total: a hint, and no more.
func (w *walk) lastPage(page reading) int64 {
	size := int64(w.size(page))
	return page.Total/size + min(page.Total%size, 1)
}

// changed notes what another walk may not see again.
func (w *walk) changed(format string, args ...any) {
	w.moved = true
	w.flaw(format, args...)
}

// flaw notes what another walk would see again.
func (w *walk) flaw(format string, args ...any) {
	w.drift = append(w.drift, fmt.Sprintf(format, args...))
}
