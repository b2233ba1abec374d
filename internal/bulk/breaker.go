package bulk

import (
	"context"
	"sync"
	"time"
)

const (
	breakRow   = 5  // failures in a row that open the breaker
	breakOf    = 20 // of the last outcomes, half of which open it
	probeFirst = time.Second
	probeLast  = time.Minute
	minProbe   = time.Second // for a probe whose outage is at its end
)

type breakerState int

const (
	closedState breakerState = iota // all writes may be sent
	openState                       // none may
	trialState                      // one may
)

// breaker keeps writes back while the server is in trouble. Doubtful and never-sent outcomes open it; a read that is
// answered lets one write try; that write's outcome closes it or opens it again.
type breaker struct {
	maxOutage time.Duration

	mu      sync.Mutex
	state   breakerState
	row     int             // failures in a row
	first   time.Time       // when the first of them was sent
	last    []bool          // of the last outcomes, true for a failure
	since   time.Time       // the breaker has not been closed since
	delay   time.Duration   // before the next probe, unless the outage may not last so long
	trial   bool            // the one write is under way
	changed chan struct{}   // closed when the state changes
	probe   func()          // starts a probe, which ends in probed
	over    func(time.Time) // says that the outage has lasted too long; neither may wait for the breaker
}

// wait returns when a write may be sent; trial tells that it is the only one.
func (b *breaker) wait(ctx context.Context) (trial bool, err error) {
	for {
		b.mu.Lock()
		if b.state == closedState || b.state == trialState && !b.trial {
			b.trial = b.state == trialState
			trial = b.trial
			b.mu.Unlock()
			return trial, nil
		}
		changed := b.changed
		b.mu.Unlock()
		if err := await(ctx, changed); err != nil {
			return false, err
		}
	}
}

// waitRead returns when a read may be sent.
func (b *breaker) waitRead(ctx context.Context) error {
	for {
		b.mu.Lock()
		state, changed := b.state, b.changed
		b.mu.Unlock()
		if state != openState {
			return nil
		}
		if err := await(ctx, changed); err != nil {
			return err
		}
	}
}

func await(ctx context.Context, changed <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// holds tells that a write which had been let through may not leave any more.
func (b *breaker) holds(trial bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !trial && b.state != closedState
}

// unused gives the trial back: the write was not sent, or its outcome says nothing.
func (b *breaker) unused(trial bool) {
	if !trial {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trial = false
	b.signal()
}

// success is a definite answer.
func (b *breaker) success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.note(false)
	if b.state == trialState {
		b.state, b.trial, b.last = closedState, false, nil
		b.signal()
	}
}

// failure is an outcome in doubt or a request that was never sent, begun at that time.
func (b *breaker) failure(began time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.note(true)
	if b.row == 1 || began.Before(b.first) {
		b.first = began
	}
	switch {
	case b.state == openState:
	case b.state == trialState:
		b.open(min(2*b.delay, probeLast))
	case b.row >= breakRow:
		b.since = b.first
		b.open(probeFirst)
	case b.bad() >= breakOf/2:
		b.since = time.Now()
		b.open(probeFirst)
	}
}

func (b *breaker) note(failed bool) {
	b.row++
	if !failed {
		b.row = 0
	}
	b.last = append(b.last, failed)
	if len(b.last) > breakOf {
		b.last = b.last[1:]
	}
}

func (b *breaker) bad() int {
	n := 0
	for _, failed := range b.last {
		if failed {
			n++
		}
	}
	return n
}

func (b *breaker) open(delay time.Duration) {
	b.state, b.trial, b.delay = openState, false, delay
	b.signal()
	if time.Since(b.since) >= b.maxOutage {
		b.over(b.since)
		return
	}
	b.probe()
}

// probed takes the outcome of a probe in: after a failure the next one comes later.
func (b *breaker) probed(ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ok {
		b.state, b.trial = trialState, false
		b.signal()
		return
	}
	b.open(min(2*b.delay, probeLast))
}

func (b *breaker) signal() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// outage tells since when the server is in trouble, how long the breaker waits before it probes, and how long the outage may
// last from now on.
func (b *breaker) outage() (since time.Time, delay, left time.Duration, out bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	left = max(b.maxOutage-time.Since(b.since), 0)
	return b.since, min(b.delay, left), left, b.state != closedState
}
