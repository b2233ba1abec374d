package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

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
	mended    int64        // the highest total of what was read again for it: it may hold rows that no page had yet
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
		settled := w.checkOrder(page)
		before := w.rows
		if !w.handOut(page, yield) {
			return false, nil
		}
		if more, err := w.mend(ctx, page, yield); err != nil || !more {
			return false, err
		}
		if page.Total >= 0 && page.Total < int64(w.rows) {
			w.overfull = number
		}
		if w.isShort(page) && !w.owes(page) {
			break
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

// handOut gives the caller what is new.
func (w *walk) handOut(page reading, yield func(Customer, error) bool) (more bool) {
	p := w.pager
	for i := range page.Customers {
		first, fresh := p.ids.see(page.Customers[i].ID, p.report.Walks)
		if fresh {
			w.rows++
		}
		if !first {
			continue
		}
		p.report.Rows++
		if !yield(page.Customers[i], nil) {
			return false
		}
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
