package client

import (
	"context"
	"strings"
	"time"
)

const (
	// settledMargin is how long after its created_at a customer may still appear: a transaction takes its time first,
	// and commits later.
	settledMargin = 5 * time.Minute
	// fenceMargin allows in addition for clocks that differ a little.
	fenceMargin = settledMargin + time.Minute
	// maxSnapshotRows is how many new customers a snapshot holds at most, about.
	maxSnapshotRows = 1000
)

// snapshot is the state of a list before a walk: its total, and which of the newest customers exist already. It shows
// which of the customers that a walk brings were created meanwhile. A customer that it does not know, and that was
// created before the fence, existed; a snapshot that lacks customers only counts too many as created, and never too few.
type snapshot struct {
	taken bool
	total int64
	fence time.Time // zero when it is unknown, so that every unknown customer counts as created meanwhile
	zoned bool      // the fence is a time of the server's clock, not one of the customers'
	known map[string]bool
}

// start begins a snapshot with a page of the newest customers. It reports whether the next page belongs to it too.
func (s *snapshot) start(page *CustomerPage, local time.Time) (more bool) {
	*s = snapshot{taken: true, known: map[string]bool{}, zoned: !page.Date.IsZero()}
	newest := time.Time{}
	for i := range page.Customers {
		at := page.Customers[i].CreatedAt
		s.zoned = s.zoned && hasZone(at.Raw)
		if at.Time.After(newest) {
			newest = at.Time
		}
	}
	switch {
	case s.zoned && local.Before(page.Date): // the earlier of the two clocks
		s.fence = local.Add(-fenceMargin)
	case s.zoned:
		s.fence = page.Date.Add(-fenceMargin)
	case !newest.IsZero():
		s.fence = newest.Add(-fenceMargin)
	}
	return s.add(page)
}

// add takes the next page in, from which on the total is that of the snapshot: what was created between two pages is in
// it already. It reports whether all customers of the page are newer than the fence, and some of them unknown before: a server
// that repeats a page has no more.
func (s *snapshot) add(page *CustomerPage) (more bool) {
	s.total = page.Total
	known := len(s.known)
	more = true
	for i := range page.Customers {
		if c := &page.Customers[i]; s.isOld(c) {
			more = false
		} else {
			s.known[c.ID] = true
		}
	}
	return more && len(s.known) > known && int64(len(s.known)) < min(s.total, maxSnapshotRows)
}

func (s *snapshot) isOld(c *Customer) bool {
	at := c.CreatedAt
	return !s.fence.IsZero() && !at.Time.IsZero() && !at.Time.After(s.fence) && (!s.zoned || hasZone(at.Raw))
}

// isNew reports whether a customer was created after the snapshot.
func (s *snapshot) isNew(c *Customer) bool { return !s.isOld(c) && !s.known[c.ID] }

// takeSnapshot reads the newest customers and returns the first page of them. The page is nil for a
// server that refuses the order.
func (p *Pager) takeSnapshot(ctx context.Context) (*CustomerPage, error) {
	o := p.query
	o.SortBy, o.SortDir, o.Page = SortByCreatedAt, SortDesc, 1
	first, err := p.service.list(ctx, o, false)
	if IsInvalid(err) {
		if p.defaultOrder {
			p.dropOrder()
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	more := p.snapshot.start(first, time.Now())
	for o.Page++; more; o.Page++ {
		page, err := p.service.list(ctx, o, false)
		if err != nil {
			return nil, err
		}
		more = p.snapshot.add(page)
	}
	return first, nil
}

// dropOrder leaves the order to a server that refuses the pager's.
func (p *Pager) dropOrder() {
	p.query.SortBy, p.query.SortDir, p.defaultOrder = "", "", false
	p.order = orderCheck{broken: [collations]bool{true, true, true}}
}

// hasZone reports whether a timestamp names its zone. One that does not may be hours off.
func hasZone(raw string) bool {
	_, clock, _ := strings.Cut(raw, ":")
	return strings.ContainsAny(clock, "Zz+-")
}
