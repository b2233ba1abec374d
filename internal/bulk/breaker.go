package bulk

import (
	"context"
	"sync"
	"time"
)

const (
	failuresInRow  = 5  // open the breaker
	outcomesKept   = 20 // half of them failures open it
	firstProbe     = time.Second
	lastProbe      = time.Minute
	minProbeLength = time.Second // of a probe at the end of the longest outage
)

type breakerState int

const (
	closedState   breakerState = iota // every write can be sent
	openState                         // none can
	halfOpenState                     // one can, the trial
)

// breakerAction is what the caller has to do after an outcome.
type breakerAction int

const (
	noAction breakerAction = iota
	startProbe
	giveUp // the outage has lasted too long
)

// breaker keeps writes back while the server fails. Unconfirmed and unsent requests open it; a read that is answered lets
// one write through, the trial, and the trial's outcome closes the breaker or opens it again.
type breaker struct {
	maxOutage time.Duration

	mu           sync.Mutex
	state        breakerState
	failures     int       // in a row
	firstFailure time.Time // when the first of them was sent
	last         []bool    // of the last outcomes, true for a failure
	since        time.Time // the breaker has not been closed since
	delay        time.Duration
	trial        bool          // the trial is under way
	changed      chan struct{} // closed when the state changes
}

func newBreaker(maxOutage time.Duration) *breaker {
	return &breaker{maxOutage: maxOutage, changed: make(chan struct{})}
}

// wait returns when a write can be sent; trial reports whether it is the trial.
func (b *breaker) wait(ctx context.Context) (trial bool, err error) {
	err = b.until(ctx, func() bool {
		trial = b.state == halfOpenState && !b.trial
		b.trial = b.trial || trial
		return trial || b.state == closedState
	})
	return trial, err
}

// waitRead returns when a read can be sent.
func (b *breaker) waitRead(ctx context.Context) error {
	return b.until(ctx, func() bool { return b.state != openState })
}

// until waits for a state that is allowed.
func (b *breaker) until(ctx context.Context, allowed func() bool) error {
	for {
		b.mu.Lock()
		now, changed := allowed(), b.changed
		b.mu.Unlock()
		if now {
			return nil
		}
		if err := await(ctx, changed); err != nil {
			return err
		}
	}
}

// await waits for a signal, and returns the context's cause when the context ends first.
func await(ctx context.Context, signal <-chan struct{}) error {
	select {
	case <-signal:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// holds reports whether a write that was let through must not leave any more.
func (b *breaker) holds(trial bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !trial && b.state != closedState
}

// unused gives the trial back: the write was not sent, or its outcome says nothing about the server.
func (b *breaker) unused(trial bool) {
	if !trial {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trial = false
	b.signal()
}

// success records a definite answer.
func (b *breaker) success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.note(false)
	if b.state == halfOpenState {
		b.state, b.trial, b.last = closedState, false, nil
		b.signal()
	}
}

// failure records an unconfirmed or unsent request that began at that time.
func (b *breaker) failure(began time.Time) breakerAction {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.note(true)
	if b.failures == 1 || began.Before(b.firstFailure) {
		b.firstFailure = began
	}
	switch {
	case b.state == openState:
	case b.state == halfOpenState:
		return b.open(min(2*b.delay, lastProbe))
	case b.failures >= failuresInRow:
		b.since = b.firstFailure
		return b.open(firstProbe)
	case b.failed() >= outcomesKept/2:
		b.since = time.Now()
		return b.open(firstProbe)
	}
	return noAction
}

func (b *breaker) note(failed bool) {
	b.failures++
	if !failed {
		b.failures = 0
	}
	b.last = append(b.last, failed)
	if len(b.last) > outcomesKept {
		b.last = b.last[1:]
	}
}

func (b *breaker) failed() int {
	n := 0
	for _, failed := range b.last {
		if failed {
			n++
		}
	}
	return n
}

func (b *breaker) open(delay time.Duration) breakerAction {
	b.state, b.trial, b.delay = openState, false, delay
	b.signal()
	if time.Since(b.since) >= b.maxOutage {
		return giveUp
	}
	return startProbe
}

// probed records the outcome of a probe: after a failure the next one comes later.
func (b *breaker) probed(ok bool) breakerAction {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !ok {
		return b.open(min(2*b.delay, lastProbe))
	}
	b.state, b.trial = halfOpenState, false
	b.signal()
	return noAction
}

func (b *breaker) signal() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// outage is a time in which the server fails.
type outage struct {
	since time.Time     // zero when there is none
	delay time.Duration // before the next probe
	left  time.Duration // until the outage has lasted too long
}

func (b *breaker) outage() outage {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state == closedState {
		return outage{}
	}
	left := max(b.maxOutage-time.Since(b.since), 0)
	return outage{since: b.since, delay: min(b.delay, left), left: left}
}
