package client

import (
	"fmt"
	"net/http"
	"time"
)

// finding is a sign that a walk may have missed a customer.
type finding struct {
	text      string
	transient bool // another walk may not find it again
}

// changed is a finding that another walk may not make again.
func changed(format string, args ...any) finding {
	return finding{text: fmt.Sprintf(format, args...), transient: true}
}

// fetchedPage is a page with what was known when it was asked for.
type fetchedPage struct {
	*CustomerPage

	number int
	floor  int64 // the highest total that had come before the request left
}

// envelopeDetector compares what a page says about itself with what was asked for and with the pages before it.
type envelopeDetector struct {
	perPage   int64 // of the first page
	uncounted bool  // a page without a total was found
}

func (d *envelopeDetector) observe(page fetchedPage) (found []finding) {
	if page.number == 1 {
		d.perPage = page.PerPage
	}
	if page.Page >= 0 && page.Page != int64(page.number) {
		found = append(found, changed("page %d calls itself page %d", page.number, page.Page))
	}
	if page.PerPage != d.perPage {
		found = append(found, changed("page %d has up to %d customers, page 1 up to %d", page.number, page.PerPage, d.perPage))
	}
	if page.Total < 0 && !d.uncounted {
		d.uncounted = true
		found = append(found, finding{text: fmt.Sprintf("page %d does not say how many customers there are", page.number)})
	}
	if page.Total >= 0 && page.Total < page.floor {
		found = append(found, changed("the total fell from %d to %d", page.floor, page.Total))
	}
	return found
}

// orderDetector finds customers that are not oldest first. It reports whether a page is settled: nothing
// on it or before it can move any more, unless customers are deleted.
type orderDetector struct {
	check  *orderCheck
	cutoff time.Time // customers created before it have their places for good; zero when that is unknown
	newest time.Time // created_at of the last customer that has one
	proven bool      // a later customer came after an earlier one
}

func (d *orderDetector) observe(page fetchedPage) (settled bool, found []finding) {
	kept := d.check.sorted()
	d.check.observe(page.Customers)
	if !kept || !d.check.oldestFirst() {
		return false, nil
	}
	settled = !d.cutoff.IsZero()
	inOrder := true
	for i := range page.Customers {
		at := page.Customers[i].CreatedAt
		if at.Time.IsZero() {
			settled = false
			continue
		}
		if at.Time.Before(d.newest) {
			inOrder = false
		} else if at.Time.After(d.newest) && !d.newest.IsZero() {
			d.proven = true
		}
		d.newest = at.Time
		settled = settled && at.Time.Before(d.cutoff) && hasZone(at.Raw)
	}
	if !inOrder && (d.check.sorted() || page.number > 1) {
		found = append(found, changed("page %d is not in order", page.number))
	}
	return settled && inOrder && d.proven && d.check.sorted(), found
}

// progressDetector ends a walk whose pages bring nothing new.
type progressDetector struct{ empty int } // pages in a row without a customer that is new to this walk

func (d *progressDetector) observe(rows int) (found []finding) {
	if d.empty++; rows > 0 {
		d.empty = 0
	}
	if d.empty == 2 {
		return []finding{changed("two pages in a row brought no new customer")}
	}
	return nil
}

// clockDetector follows the server's clock, which has to go forward for customers to be known as new.
type clockDetector struct{ latest time.Time }

// clockTolerance is how far back an answer may be dated: answers overtake each other.
const clockTolerance = 30 * time.Second

func (d *clockDetector) observe(date time.Time) []finding {
	if date.IsZero() {
		return nil
	}
	latest := d.latest
	if date.After(latest) {
		d.latest = date
	}
	if latest.Sub(date) <= clockTolerance {
		return nil
	}
	d.latest = date
	return []finding{changed("the server's clock went back from %s to %s", latest.Format(http.TimeFormat), date.Format(http.TimeFormat))}
}

// countDetector adds up the customers of a walk. Let the server's total be T0 before the walk and T1 with its last page,
// and R the customers that came, I of them created in between. When R = T1 and T0 + I - T1 <= 0, none that was there all
// the time is missing: T1 - T0 is what was created less what was deleted, so no more were deleted than were created
// without being seen. Were a customer missing, R = T1 would need one more deleted after it was seen, and that one is not
// made up for by a customer that came and went unseen, since that counts as created and as deleted.
//
// What was created in between is known in two ways: it is neither in the snapshot nor older than its fence, or the walk
// before did not see it. The second needs no clock, but another walk, whose T1 is then the T0 of this one.
type countDetector struct {
	rows      int64 // distinct customers of this walk, R
	unmatched int64 // those that the walk before did not see
	created   int64 // those of them that were created after the snapshot
	overfull  int   // a page whose total is lower than what had come before
}

// noTwoWalks is the finding about a walk that has nothing against it but the one before.
const noTwoWalks = "no two walks in a row were free of changes"

// walkSummary is what a walk leaves for the next one.
type walkSummary struct {
	done  bool
	clean bool  // no detector found anything, but for a lack of proof
	total int64 // the last page's
}

// outcome reports whether the customers that came are all of them, and if not, why not.
func (d *countDetector) outcome(p *Pager) (complete bool, found []finding) {
	total, all := p.report.Total, int64(p.report.Rows)
	if total < 0 {
		return false, nil // which is a finding already
	}
	created := d.created
	if p.Verified {
		created = d.unmatched
	}
	sinceWalk := p.previous.done && (p.previous.clean || !p.Verified) && d.rows == total && p.previous.total+created <= total
	sinceSnapshot := !p.Verified && p.snapshot.taken && all == total && p.snapshot.total+p.inserted <= total
	switch {
	case d.rows != total && (all != total || p.Verified):
		found = append(found, changed("%d customers were read, the server reports %d", d.rows, total))
	case d.overfull > 0:
		found = append(found, changed("page %d reports fewer customers than had been read", d.overfull))
	case sinceWalk || sinceSnapshot: // nothing was deleted
		return true, nil
	case p.Verified && !p.previous.done:
		// the next walk shows whether this one is complete
	case p.Verified && !p.previous.clean:
		found = append(found, changed(noTwoWalks))
	default:
		found = append(found, changed("customers were deleted while the list was read"))
	}
	return false, found
}
