package reconcile

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	// ClockTolerance is by how much creation times may differ from the clock that was learned.
	ClockTolerance = 2 * time.Second
	// dateTolerance is by how much they may differ from the Date of the server's answers, which another machine may set.
	dateTolerance = time.Minute

	// stepTolerance is by how much answers may differ that show the same step of the server's clock.
	stepTolerance = 100 * time.Millisecond
	maxOlder      = 64 // of these answers are remembered
)

// Learned is what a run knows of its server: from the Date of an answer, and from the creates that the server has confirmed.
// The zero value knows nothing. It is safe for concurrent use.
type Learned struct {
	mu      sync.Mutex
	clock   clock                     // of creation times; by a Date until a create is confirmed
	stepped bool                      // the server's clock was set during the run
	older   []Create                  // the latest answers whose customer seems older than its send
	earlier Create                    // of an earlier run; its creation time is not read yet
	samples [record.FieldCount]string // by field, the ID of a customer that was created without it
	newest  Sample

	rewritesEmails atomic.Bool // the server has stored another email than was sent
}

// Sample is a customer that the server must show.
type Sample struct{ ID, Email string }

// Create is a create that the server has answered with 2xx. Started and Ended are of its attempt, by this machine's clock.
type Create struct {
	ID             string
	Sent           record.Values
	Started, Ended time.Time
	CreatedAt      time.Time // zero when the server does not report it
	Date           time.Time // of the answer, zero when the server does not report it
}

// clock bounds the difference between the server's clock and this machine's.
type clock struct {
	low, high time.Duration
	known     bool
	confirmed bool      // by a create
	since     time.Time // before it the difference may have been another one
}

// timing is how a creation time fits the sends of a write.
type timing int

const (
	onTime  timing = iota
	untimed        // it says nothing
	early          // the customer seems to be older than the send
	late           // the customer seems to be younger than anything that the send can have made
)

// SetOffset learns the server's clock from a Date that was read: it is ahead of this machine's by offset. Confirmed creates
// count more.
func (l *Learned) SetOffset(offset time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.clock.confirmed {
		l.clock = clock{low: offset, high: offset + time.Second, known: true}
	}
}

// ReadDate learns the server's clock from the Date of a new answer.
func (l *Learned) ReadDate(ctx context.Context, api API) error {
	page, err := api.List(ctx, client.ListOptions{PerPage: 1})
	if err == nil && !page.Date.IsZero() {
		l.SetOffset(time.Until(page.Date))
	}
	return err
}

// Confirm learns from an answer, and reports whether the answer is believed by itself. If it is not, its customer may be
// older than the send: see [Reconciler.Answered].
func (l *Learned) Confirm(c Create) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.CreatedAt.IsZero() {
		return true // the contract allows it
	}
	known := l.clock.known && c.CreatedAt.Sub(c.Started) >= l.clock.low-ClockTolerance
	if c.age() > ClockTolerance && !known || c.Date.IsZero() && !known {
		l.older = append(l.older, c)
		l.older = l.older[max(len(l.older)-maxOlder, 0):]
		return false
	}
	l.accept(c)
	return true
}

// age is by how much a customer is older than the attempt whose answer named it, by the clock of the answer; 0 when that is
// not known.
func (c *Create) age() time.Duration {
	if c.Date.IsZero() || c.CreatedAt.IsZero() {
		return 0
	}
	return c.Date.Sub(c.CreatedAt) - c.Ended.Sub(c.Started)
}

// accept learns from a create that certainly was carried out.
func (l *Learned) accept(c Create) {
	low, high := c.CreatedAt.Sub(c.Ended), c.CreatedAt.Sub(c.Started)
	since, tolerance := l.clock.since, dateTolerance
	if l.clock.confirmed {
		tolerance = ClockTolerance
	}
	if l.clock.known && (low > l.clock.high+tolerance || high < l.clock.low-tolerance) {
		l.stepped, since = true, c.Started
	}
	l.clock = clock{low: low, high: high, known: true, confirmed: true, since: since}
	l.sample(c.ID, c.Sent)
}

// acceptAnswered learns from an answer that was looked at.
func (l *Learned) acceptAnswered(c Create) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !c.CreatedAt.IsZero() {
		l.accept(c)
	}
}

// SetEarlier makes a customer known that an earlier run of the import has created. Without Started it shows no clock.
func (l *Learned) SetEarlier(c Create) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sample(c.ID, c.Sent)
	if !c.Started.IsZero() {
		l.earlier = c
	}
}

// clockOfEarlier learns the clock of creation times from the customer of an earlier run, unless a create of this run has shown
// it: a run that sends nothing new knows only the Date of answers, which another machine may set.
func (l *Learned) clockOfEarlier(ctx context.Context, api API) error {
	l.mu.Lock()
	c, confirmed := l.earlier, l.clock.confirmed
	l.mu.Unlock()
	if confirmed || c.ID == "" {
		return nil
	}
	d, err := api.Get(ctx, c.ID)
	if client.IsNotFound(err) {
		return nil // reads lag behind
	}
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := d.CreatedAt.Time; !l.clock.confirmed && !at.IsZero() {
		l.clock = clock{low: at.Sub(c.Ended), high: at.Sub(c.Started), known: true, confirmed: true}
	}
	return nil
}

// sample keeps a created customer: it shows the values that the server gives to fields that are not sent, and whether the
// search works.
func (l *Learned) sample(id string, sent record.Values) {
	for i, v := range sent {
		if v == "" {
			l.samples[i] = id
		}
	}
	if Searchable(sent[record.Email]) {
		l.newest = Sample{ID: id, Email: sent[record.Email]}
	}
}

// Searchable reports whether a search can be expected to find an email: SQL's LIKE takes a backslash as an escape.
func Searchable(email string) bool { return email != "" && !strings.Contains(email, `\`) }

func (l *Learned) newestSample() Sample {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.newest
}

// sampleWithout returns the ID of a customer that was created without a field, "" when there is none.
func (l *Learned) sampleWithout(field int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.samples[field]
}

// timing compares a creation time with the sends of a write; end is when the server can last have carried one out, and
// tolerance is for customers that seem to be older.
func (l *Learned) timing(w *Write, createdAt, end time.Time, tolerance time.Duration) timing {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := w.First.Add(l.clock.low)
	switch {
	case createdAt.IsZero() || !l.clock.known || w.First.Before(l.clock.since):
		return untimed
	case createdAt.Before(first.Add(-tolerance)):
		if !l.clock.confirmed && !createdAt.Before(first.Add(-dateTolerance)) {
			return untimed
		}
		return early
	case createdAt.After(end.Add(l.clock.high + ClockTolerance)):
		return late
	}
	return onTime
}

// earliest returns the time before which no customer of a write can have been created; ok is false when it is not known.
func (l *Learned) earliest(w *Write) (at time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	tolerance := dateTolerance
	if l.clock.confirmed {
		tolerance = ClockTolerance
	}
	return w.First.Add(l.clock.low - tolerance), l.clock.known && !l.stepped
}

// isOlder reports whether a customer that seems older than its send is, and the server's clock was not set. The clock was, if
// a create has shown it, if the Date of the answer is not the expected one, or if other answers named customers that seem older
// by the same time; customers of an earlier import are not, since they were sent at another pace. Without a Date nothing is older.
func (l *Learned) isOlder(c *Create) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stepped || c.Date.IsZero() || l.clock.known && (c.Date.Sub(c.Ended)-l.clock.low).Abs() > dateTolerance {
		return false
	}
	for i := range l.older {
		e := &l.older[i]
		tolerance := stepTolerance
		if e.CreatedAt.Nanosecond() == 0 && c.CreatedAt.Nanosecond() == 0 { // the server reports seconds
			tolerance += time.Second
		}
		low, high := e.CreatedAt.Sub(e.Ended), e.CreatedAt.Sub(e.Started)
		overlap := c.CreatedAt.Sub(c.Started) >= low-tolerance && c.CreatedAt.Sub(c.Ended) <= high+tolerance
		if e.ID != c.ID && overlap && !e.CreatedAt.Equal(c.CreatedAt) {
			return false
		}
	}
	return true
}
