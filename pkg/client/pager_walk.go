package client

import (
	"context"
	"sync/atomic"
	"time"
)

// maxRereads is how often the last page is read again because the count does not fit.
const maxRereads = 3

// walk is one way through the pages of a list. Without deletions it misses no customer that is there from its start to its
// end: a creation only pushes customers to later places, so let k be the first page read on which, or before which, x then
// stands; on page k-1 x stood behind it and cannot have come back, so x is on page k. The detectors find the rest.
type walk struct {
	pager   *Pager
	size    int          // customers on a full page
	most    int          // the largest page that the server sends, as far as it is known; 0 for unknown
	highest atomic.Int64 // the highest total that has come
	ties    tieGroup     // customers of one moment, which may be on two pages

	envelope envelopeDetector
	order    orderDetector
	progress progressDetector
	counts   countDetector
	clock    clockDetector

	drift     []string // what may mean that a customer is missing
	transient bool     // another walk may do better
	complete  bool
}

func (p *Pager) newWalk() *walk {
	p.report.Walks++
	w := &walk{pager: p, order: orderDetector{check: &p.order}}
	w.highest.Store(-1)
	return w
}

// run hands out the customers that no walk has seen before. more is false when the caller stops.
func (w *walk) run(ctx context.Context, yield func(Customer, error) bool) (more bool, err error) {
	pages := newReadAhead(ctx, w)
	defer pages.stop()
	for number := 1; ; number++ {
		page, err := pages.get(ctx, number)
		if err != nil {
			return false, err
		}
		newest, ties, rows := w.order.newest, w.ties, w.counts.rows
		settled := w.observe(page)
		if more, err := w.yieldPage(ctx, page, yield); err != nil || !more {
			return false, err
		}
		if w.isShort(page) && !w.expectsMore(page) {
			if !w.miscounts(page) {
				break
			}
			w.rewind(page, newest, ties)
			pages.stop()
			number--
			continue
		}
		if found := w.progress.observe(int(w.counts.rows - rows)); found != nil {
			w.note(found)
			break
		}
		pages.fill(settled, w.lastPage(page))
	}
	complete, found := w.counts.outcome(w.pager)
	w.note(found)
	w.complete = complete && len(w.drift) == 0
	clean := len(w.drift) == 0 || len(w.drift) == 1 && w.drift[0] == noTwoWalks
	w.pager.previous = walkSummary{done: true, clean: clean, total: w.pager.report.Total}
	return true, nil
}

// observe lets the detectors see a page. It reports whether the page is settled.
func (w *walk) observe(page fetchedPage) (settled bool) {
	p := w.pager
	if page.number == 1 {
		w.size = w.pageSize(page)
		w.order.cutoff = settledBefore(page.Date, time.Now())
		if !p.snapshot.taken && !p.Verified {
			p.snapshot.start(page.CustomerPage, time.Now())
		}
	}
	p.report.Pages++
	w.note(w.clock.observe(page.Date))
	w.note(w.envelope.observe(page))
	if w.isShort(page) && w.expectsMore(page) {
		w.note([]finding{changed("page %d has %d customers, though the server reports %d in all", page.number, len(page.Customers), page.Total)})
	}
	settled, found := w.order.observe(page)
	w.note(found)
	p.report.Total, p.report.Envelope = page.Total, page.Envelope
	return settled
}

// note keeps what the detectors have found.
func (w *walk) note(findings []finding) {
	for _, f := range findings {
		w.drift = append(w.drift, f.text)
		w.transient = w.transient || f.transient
	}
}

// fetch reads a page. With noWait a rate limit is an error at once.
func (w *walk) fetch(ctx context.Context, number int, noWait bool) (fetchedPage, error) {
	floor := w.highest.Load()
	o := w.pager.query
	o.Page = number
	page, err := w.pager.service.list(ctx, o, noWait)
	if err != nil {
		return fetchedPage{}, err
	}
	for {
		highest := w.highest.Load()
		if page.Total <= highest || w.highest.CompareAndSwap(highest, page.Total) {
			return fetchedPage{page, number, floor}, nil
		}
	}
}

// first reads page 1. A server that refuses the order that the pager asks for is read in its own.
func (w *walk) first(ctx context.Context) (fetchedPage, error) {
	page, err := w.fetch(ctx, 1, false)
	if w.pager.defaultOrder && IsInvalid(err) {
		w.pager.dropOrder()
		page, err = w.fetch(ctx, 1, false)
	}
	return page, err
}

// yieldPage hands out the customers of a page, and those that are on no page because a page's end divides their tie group.
func (w *walk) yieldPage(ctx context.Context, page fetchedPage, yield func(Customer, error) bool) (more bool, err error) {
	first := int64(page.number-1) * int64(w.size)
	var incomplete []incompleteGroup
	for i := range page.Customers {
		c := &page.Customers[i]
		fresh, more := w.yieldNew(c, yield)
		if !more {
			return false, nil
		}
		if g, ok := w.ties.add(c.CreatedAt.Time, first+int64(i), first, fresh); ok {
			incomplete = append(incomplete, g)
		}
	}
	if page.Total >= 0 && page.Total < w.counts.rows {
		w.counts.overfull = page.number
	}
	if w.isShort(page) {
		if g, ok := w.ties.end(first+int64(len(page.Customers)), first); ok {
			incomplete = append(incomplete, g)
		}
	}
	if !w.pager.order.oldestFirst() || !w.pager.order.sorted() || w.size != w.pager.query.PerPage || len(w.drift) > 0 {
		return true, nil // the places are not known
	}
	for _, g := range incomplete {
		if more, err := w.reread(ctx, g, yield); err != nil || !more {
			return more, err
		}
	}
	return true, nil
}

// yieldNew yields a customer that no walk has seen; fresh reports whether this walk had not seen it.
func (w *walk) yieldNew(c *Customer, yield func(Customer, error) bool) (fresh, more bool) {
	p := w.pager
	last := p.ids.see(c.ID, p.report.Walks)
	if fresh = last != p.report.Walks; fresh {
		w.counts.rows++
		if last != p.report.Walks-1 {
			w.counts.unmatched++
			if p.snapshot.isNew(c) {
				w.counts.created++
			}
		}
	}
	if last != 0 {
		return fresh, true
	}
	p.report.Rows++
	if p.snapshot.isNew(c) {
		p.inserted++
	}
	return fresh, yield(*c, nil)
}

// miscounts reports whether the last page is worth another look: its count is not that of the customers that have come, as
// when some were created between the server's count and its look at the rows, or since that page was read.
func (w *walk) miscounts(page fetchedPage) bool {
	return page.Total >= 0 && page.Total != w.counts.rows && len(w.drift) == 0 && w.pager.rereads < maxRereads
}

// rewind takes the walk back to before its last page, which is read again.
func (w *walk) rewind(page fetchedPage, newest time.Time, ties tieGroup) {
	w.pager.rereads++
	if w.counts.overfull == page.number {
		w.counts.overfull = 0
	}
	w.order.newest, w.ties = newest, ties.complete()
}

// pageSize is how many customers a full page holds, by page 1: a server may have a size of its own, whatever was asked for.
func (w *walk) pageSize(page fetchedPage) int {
	asked, n := w.pager.query.PerPage, len(page.Customers)
	switch {
	case n > asked, n > 0 && page.Total > int64(n):
		return n
	case page.PerPage > 0 && page.PerPage < int64(asked) && int64(n) <= page.PerPage:
		return int(page.PerPage)
	}
	return asked
}

func (w *walk) isShort(page fetchedPage) bool { return len(page.Customers) < w.size }

// expectsMore reports whether the server's total promises customers beyond this page.
func (w *walk) expectsMore(page fetchedPage) bool {
	return page.Total > max(int64(page.number)*int64(w.size), w.counts.rows)
}

// lastPage is where the list ends by the server's total: a hint, and no more.
func (w *walk) lastPage(page fetchedPage) int64 {
	size := int64(w.size)
	return page.Total/size + min(page.Total%size, 1)
}

// settledBefore is the time before which no customer can appear any more, by the earlier of the two clocks: one that is
// ahead would call settled what is not. Zero without the server's.
func settledBefore(server, local time.Time) time.Time {
	if server.IsZero() {
		return time.Time{}
	}
	if local.Before(server) {
		server = local
	}
	return server.Add(-settledMargin)
}
