package client

import (
	"strings"
	"time"
)

// settledMargin is how long after its created_at a customer may still appear: a transaction takes its time first, and
// commits later.
const settledMargin = 5 * time.Minute

// order is what is known of the order in which the server gives its pages.
type order int

const (
	orderAssumed    order = iota // asked for as created_at asc, and nothing seen against it
	orderProven                  // a later customer came after an earlier one
	orderIgnored                 // the rows of a page were not in it
	orderUnknowable              // not asked for
)

// note looks at what the server says of a page.
func (w *walk) note(page reading) {
	p := w.pager
	p.report.Pages++
	asked := int64(p.query.PerPage)
	if page.Page >= 0 && page.Page != int64(page.number) {
		w.changed("page %d calls itself page %d", page.number, page.Page)
	}
	if page.PerPage >= 0 && page.PerPage != asked {
		w.flaw("page %d holds up to %d customers where %d were asked for", page.number, page.PerPage, asked)
	}
	if w.isShort(page) && w.owes(page) {
		w.changed("page %d holds %d customers, though %d are said to exist", page.number, len(page.Customers), page.Total)
	}
	if page.Total < 0 && !w.uncounted {
		w.uncounted = true
		w.flaw("page %d does not say how many customers there are", page.number)
	}
	if page.Total >= 0 && page.Total < page.floor {
		p.shrunk = true
		w.changed("the total fell from %d to %d", page.floor, page.Total)
	}
	p.report.Total, p.report.Envelope = page.Total, page.Envelope
}

// checkOrder sees rows that are not in the order that was asked for. It tells whether the page is settled: nothing on
// it or before it can move any more, unless customers are deleted.
func (w *walk) checkOrder(page reading) (settled bool) {
	p := w.pager
	if p.order > orderProven {
		return false
	}
	settled = !w.cutoff.IsZero()
	inOrder, within := true, true
	for i := range page.Customers {
		at := page.Customers[i].CreatedAt
		if at.Time.IsZero() {
			settled = false
			continue
		}
		switch at.Time.Compare(w.newest) {
		case -1:
			inOrder, within = false, within && i == 0
		case 1:
			if !w.newest.IsZero() && p.order == orderAssumed {
				p.order = orderProven
			}
		}
		w.newest = at.Time
		settled = settled && at.Time.Before(w.cutoff) && hasZone(at.Raw)
	}
	if !within { // one page is one query: this server sorts as it likes
		p.order = orderIgnored
	}
	if !inOrder && (within || page.number > 1) {
		w.changed("page %d is not in order", page.number)
	}
	return settled && inOrder && p.order == orderProven
}

// count holds the customers of a whole walk against the last total. Those of earlier walks count as well, as long as
// nobody is deleted: where many rows have one created_at and come in another order on every page, no single walk may find
// them all.
func (w *walk) count() {
	p := w.pager
	switch t := p.report.Total; {
	case t >= 0 && int64(w.rows) != t && (int64(p.report.Rows) != t || p.due() > 1):
		w.changed("%d customers were read, %d are said to exist", w.rows, t)
	case w.overfull > 0:
		w.changed("page %d speaks of fewer customers than had been read", w.overfull)
	}
}

// settledBefore is the time before which nobody can appear any more, by the earlier of the two clocks: one that is ahead
// would call settled what is not. Zero without the server's.
func settledBefore(server, local time.Time) time.Time {
	if server.IsZero() {
		return time.Time{}
	}
	if local.Before(server) {
		server = local
	}
	return server.Add(-settledMargin)
}

// hasZone tells that a timestamp says which zone it is in. One that does not may be hours off.
func hasZone(raw string) bool {
	_, clock, _ := strings.Cut(raw, ":")
	return strings.ContainsAny(clock, "Zz+-")
}
