package client

import (
	"context"
	"math"
	"time"
)

// maxRounds is how often an incomplete tie group is read again. Of a thousand customers of one moment in another order on
// every page each round brings about two thirds of those that are missing.
const maxRounds = 30

// tieGroup follows the customers of one moment over the ends of pages. A server that sorts by created_at alone may order
// them differently for every page (customers that were made in bulk share it), so that some of them are on none. But they
// fill the places from the first of them to the last, so it shows when one of them is missing.
type tieGroup struct {
	moment time.Time // created_at of the last customer so far
	start  int64     // place in the list, from 0, of the first customer of that moment
	seen   int64     // how many different customers of that moment have come
}

// incompleteGroup is a tie group of which some customers are on no page that was read.
type incompleteGroup struct {
	tieGroup

	end int64 // the place behind the last of them
}

func (g *incompleteGroup) isComplete() bool { return g.seen >= g.end-g.start }

// add takes the next customer in, which is at a place of the page that begins at the place first. fresh reports whether
// this walk had not seen it. It returns the group that ends before the customer, if that is incomplete.
func (t *tieGroup) add(at time.Time, place, first int64, fresh bool) (g incompleteGroup, ok bool) {
	if at.IsZero() || !at.Equal(t.moment) {
		g, ok = t.end(place, first)
		*t = tieGroup{moment: at, start: place}
	}
	if fresh || t.start >= first { // one page holds no customer twice
		t.seen++
	}
	return g, ok
}

// end ends the group at a place of the page that begins at first.
func (t *tieGroup) end(place, first int64) (g incompleteGroup, ok bool) {
	g = incompleteGroup{*t, place}
	return g, t.start < first && !t.moment.IsZero() && !g.isComplete()
}

// complete returns the group for a page that is read once more: what reaches into it counts as complete.
func (t tieGroup) complete() tieGroup {
	t.seen = math.MaxInt64 / 2
	return t
}

// reread reads an incomplete group again until it is complete. It is, when as many have come as there are places between
// the first of them and the last, counted while the list is read in its order: customers that are created only push the
// places up.
func (w *walk) reread(ctx context.Context, g incompleteGroup, yield func(Customer, error) bool) (more bool, err error) {
	for round := 0; !g.isComplete(); round++ {
		if round == maxRounds {
			w.note([]finding{changed("customers created at %s are on several pages, and not all of them could be read", g.moment.UTC().Format(time.RFC3339Nano))})
			return true, nil
		}
		if more, err := w.round(ctx, &g, w.roundSize(g, round), yield); err != nil || !more {
			return more, err
		}
	}
	return true, nil
}

// round reads the places of an incomplete group on pages of this size and hands out the new customers.
func (w *walk) round(ctx context.Context, g *incompleteGroup, size int, yield func(Customer, error) bool) (more bool, err error) {
	o := w.pager.query
	o.PerPage, o.Page = size, int(max(g.start-1, 0)/int64(size))+1
	last := o.Page + int((g.end-g.start)/int64(size)) + 2
	start, end := int64(-1), int64(-1)
	for ; end < 0; o.Page++ {
		piece, err := w.pager.service.list(ctx, o, false)
		if err != nil {
			return false, err
		}
		w.pager.report.Pages++
		if n := piece.PerPage; n >= 0 && n != int64(size) { // no page is where it was thought to be
			w.most = int(min(n, int64(w.pager.query.PerPage)))
			return true, nil
		}
		place := int64(o.Page-1) * int64(size)
		for i := 0; i < len(piece.Customers) && end < 0; i++ {
			c := &piece.Customers[i]
			switch c.CreatedAt.Time.Compare(g.moment) {
			case 0:
				if start < 0 {
					start = place + int64(i)
				}
				fresh, more := w.yieldNew(c, yield)
				if !more {
					return false, nil
				}
				if fresh {
					g.seen++
				}
			case 1:
				end = place + int64(i)
			}
		}
		if end < 0 && (len(piece.Customers) < size || o.Page == last) {
			end = place + int64(len(piece.Customers))
		}
	}
	if start < 0 {
		start = end
	}
	g.start, g.end = start, end
	return true, nil
}

// roundSize is a page size with which an incomplete group is on one page, with what is before and behind it; where there
// is none, another one for each round.
func (w *walk) roundSize(g incompleteGroup, round int) int {
	perPage := w.pager.query.PerPage
	most := min(2*perPage-1, MaxPerPage)
	if w.most > 0 {
		most = w.most
	}
	if round == 0 {
		from, to := max(g.start-1, 0), g.end+1
		for size := most; int64(size) >= to-from; size-- {
			if size != perPage && from/int64(size) == (to-1)/int64(size) {
				return size
			}
		}
	}
	return most - round%(most/2+1)
}
