package client

import (
	"context"
	"math"
	"time"
)

// maxRounds is how often a torn group is read again. Of a thousand customers of one moment in another order on every page
// each round brings about two thirds of those that are missing.
const maxRounds = 30

// seam follows the customers of one moment over the ends of pages. A server that sorts by created_at alone may order them
// anew for every page (customers that were made in bulk share it), so that some of them are on none. But they fill the
// places from the first of them to the last, so it shows when one of them is missing.
type seam struct {
	moment time.Time // created_at of the last row so far
	start  int64     // place in the list, from 0, of the first row of that moment
	came   int64     // how many different customers of that moment have come
}

// torn is a group of customers of one moment, some of whom are on no page that was read.
type torn struct {
	seam

	end int64 // the place behind the last of them
}

func (t *torn) whole() bool { return t.came >= t.end-t.start }

// pass takes the next row in, which is at a place of the page that begins at the place first. fresh tells that this walk
// had not seen it. It gives the group that ends before the row; ok is false unless that is torn.
func (s *seam) pass(at time.Time, place, first int64, fresh bool) (t torn, ok bool) {
	if at.IsZero() || !at.Equal(s.moment) {
		t, ok = s.stop(place, first)
		*s = seam{moment: at, start: place}
	}
	if fresh || s.start >= first { // one page holds nobody twice
		s.came++
	}
	return t, ok
}

// stop ends the group at a place of the page that begins at first.
func (s *seam) stop(place, first int64) (t torn, ok bool) {
	t = torn{*s, place}
	return t, s.start < first && !s.moment.IsZero() && !t.whole()
}

// seen is the seam for a page that is read once more: the group that reaches into it is whole.
func (s seam) seen() seam {
	s.came = math.MaxInt64 / 2
	return s
}

// mend reads a torn group again until it is whole. It is, when as many have come as there are places between the first of
// them and the last, counted while the list is read in its order: customers who are created only push the places up.
func (w *walk) mend(ctx context.Context, t torn, yield func(Customer, error) bool) (more bool, err error) {
	for round := 0; !t.whole(); round++ {
		if round == maxRounds {
			w.changed("customers created at %s are on several pages, and not all of them could be read", t.moment.UTC().Format(time.RFC3339Nano))
			return true, nil
		}
		if more, err := w.round(ctx, &t, w.pieceSize(t, round), yield); err != nil || !more {
			return more, err
		}
	}
	return true, nil
}

// round reads the places of a torn group on pages of this size and hands out who is new.
func (w *walk) round(ctx context.Context, t *torn, size int, yield func(Customer, error) bool) (more bool, err error) {
	o := w.pager.query
	o.PerPage, o.Page = size, int(max(t.start-1, 0)/int64(size))+1
	last := o.Page + int((t.end-t.start)/int64(size)) + 2
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
			switch c.CreatedAt.Time.Compare(t.moment) {
			case 0:
				if start < 0 {
					start = place + int64(i)
				}
				fresh, more := w.hand(c, yield)
				if !more {
					return false, nil
				}
				if fresh {
					t.came++
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
	t.start, t.end = start, end
	return true, nil
}

// pieceSize is a page size with which a torn group stands on one page, with what is before and behind it; where there is
// none, another one for each round.
func (w *walk) pieceSize(t torn, round int) int {
	perPage := w.pager.query.PerPage
	most := min(2*perPage-1, MaxPerPage)
	if w.most > 0 {
		most = w.most
	}
	if round == 0 {
		from, to := max(t.start-1, 0), t.end+1
		for size := most; int64(size) >= to-from; size-- {
			if size != perPage && from/int64(size) == (to-1)/int64(size) {
				return size
			}
		}
	}
	return most - round%(most/2+1)
}
