package client

import (
	"context"
	"time"
)

// seam follows the customers of one moment over the ends of pages. A server may order them anew on every page (it sorts
// by created_at alone, and customers that were made in bulk share it), so that some of them are on none. Read in one
// piece, on a page of another size, they are all there.
type seam struct {
	moment  time.Time // created_at of the last row so far
	start   int64     // place in the list, from 0, of the first row of that moment
	crossed bool      // a page began with that moment
}

// pass takes the next page in, whose first row has the place at. It gives the places of a group that has crossed the
// end of a page and ends on this one; to is 0 for none.
func (s *seam) pass(rows []Customer, at int64, last bool) (from, to int64) {
	head := 0
	for head < len(rows) && !s.moment.IsZero() && rows[head].CreatedAt.Time.Equal(s.moment) {
		head++
	}
	s.crossed = s.crossed || head > 0
	if head == len(rows) && !last {
		return 0, 0
	}
	if s.crossed {
		from, to = s.start, at+int64(head)
	}
	s.crossed = false
	if len(rows) > head {
		tail := len(rows) - 1
		s.moment = rows[tail].CreatedAt.Time
		for tail > head && rows[tail-1].CreatedAt.Time.Equal(s.moment) {
			tail--
		}
		s.start = at + int64(tail)
	}
	return from, to
}

// inOnePiece gives a page that holds the places from <= place < to, of another size than perPage; 0 when
// there is none.
func inOnePiece(from, to int64, perPage int) (number, size int) {
	for size := min(2*perPage-1, MaxPerPage); int64(size) >= to-from; size-- {
		if size != perPage && from/int64(size) == (to-1)/int64(size) {
			return int(from/int64(size)) + 1, size
		}
	}
	return 0, 0
}

// mend reads again what stands across the end of a page. The first walk trusts the server.
func (w *walk) mend(ctx context.Context, page reading, yield func(Customer, error) bool) (more bool, err error) {
	o := w.pager.query
	if w.pager.report.Walks == 1 || w.pager.order > orderProven || w.size(page) != o.PerPage {
		return true, nil
	}
	from, to := w.seam.pass(page.Customers, int64(page.number-1)*int64(o.PerPage), w.isShort(page))
	if to == 0 {
		return true, nil
	}
	if o.Page, o.PerPage = inOnePiece(from, to, o.PerPage); o.Page == 0 {
		return true, nil
	}
	piece, err := w.pager.service.list(ctx, o, false)
	if err != nil {
		return false, err
	}
	w.pager.report.Pages++
	w.mended = max(w.mended, piece.Total)
	return w.handOut(reading{CustomerPage: piece}, yield), nil
}
