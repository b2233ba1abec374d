package bulk

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	headroom    = 0.05 // of a limit is left to other clients and to the network's jitter
	minPause    = time.Second
	maxPause    = time.Hour // longer ones are not waited for
	pauseJitter = 250 * time.Millisecond
)

// Limits are a key's rate limits; 0 is unknown.
type Limits struct {
	PerMinute, PerHour int
}

// LimitsOf reads a key's limits.
func LimitsOf(key *client.KeyContext) Limits {
	limit := func(n *int64) int {
		if n == nil || *n < 0 || *n > 1e9 {
			return 0
		}
		return int(*n)
	}
	if key == nil {
		return Limits{}
	}
	return Limits{PerMinute: limit(key.RateLimitPerMinute), PerHour: limit(key.RateLimitPerHour)}
}

// RateLimiter gives every request of an import a slot: evenly spaced by the stricter of the key's limits, less a headroom
// of 5 %, and never more than a limit within its minute or hour. Without known limits there is no spacing until the first
// 429, and from then on the rate adapts to the server. After a 429 everything pauses. It is a [client.Limiter] and safe for
// concurrent use.
type RateLimiter struct {
	waiting chan struct{} // held by the goroutine that waits for the next slot

	mu       sync.Mutex
	limits   Limits        // less the headroom
	adaptive bool          // no limits are known
	rate     adaptiveRate  // of which interval comes then
	interval time.Duration // between two slots, 0 for none
	next     time.Time     // no slot before
	paused   time.Time     // the end of the last pause
	recent   journal.Traffic
	requests int
	journal  *journal.Journal
	early    []time.Time // requests before there was a journal
}

// NewRateLimiter makes a rate limiter that knows no limits yet.
func NewRateLimiter() *RateLimiter {
	return &RateLimiter{waiting: make(chan struct{}, 1), adaptive: true}
}

// SetLimits sets the spacing. Both unknown means unlimited until the first 429.
func (l *RateLimiter) SetLimits(limits Limits) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limits = limits.lessHeadroom()
	l.adaptive = l.limits == Limits{}
	l.interval = limits.spacing()
}

// lessHeadroom returns what an import uses of the limits: of a known one at least 1.
func (l Limits) lessHeadroom() Limits {
	less := func(limit int) int {
		if limit <= 0 {
			return 0
		}
		return max(int(float64(limit)*(1-headroom)), 1)
	}
	return Limits{PerMinute: less(l.PerMinute), PerHour: less(l.PerHour)}
}

// spacing returns the time between two requests by the stricter limit, 0 when none is known.
func (l Limits) spacing() time.Duration {
	between := func(n int, d time.Duration) time.Duration {
		if n <= 0 {
			return 0
		}
		return d / time.Duration(n)
	}
	used := l.lessHeadroom()
	return max(between(used.PerMinute, time.Minute), between(used.PerHour, time.Hour))
}

// Attach continues where the journal's last run ended, and records further requests in the journal.
func (l *RateLimiter) Attach(j *journal.Journal) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.journal = j
	before := j.Traffic()
	for _, at := range l.early {
		before.Add(at)
	}
	now := time.Now()
	if before.Latest <= now.Add(time.Minute).Unix() { // else a clock was set back, and the past says nothing
		l.recent = before
		last := time.Unix(before.Latest, 0)
		l.next = later(l.next, now.Add(min(last.Add(l.interval).Sub(now), l.interval)))
	}
	for _, at := range l.early {
		if err := j.Requested(at); err != nil {
			return err
		}
	}
	l.early = nil
	return nil
}

// Wait returns when a request can leave. The slot of a journaled write was taken before.
func (l *RateLimiter) Wait(ctx context.Context) error {
	write := ctx.Value(hasSlot{}) != nil
	if !write {
		if err := l.slot(ctx); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.requests++
	l.rate.count(now)
	switch {
	case write:
		return nil
	case l.journal == nil:
		l.early = append(l.early, now)
		return nil
	}
	return l.journal.Requested(now)
}

// hasSlot marks the context of a request that has taken its slot.
type hasSlot struct{}

func withSlot(ctx context.Context) context.Context { return context.WithValue(ctx, hasSlot{}, true) }

// slot waits for the next slot and takes it.
func (l *RateLimiter) slot(ctx context.Context) error {
	select {
	case l.waiting <- struct{}{}:
		defer func() { <-l.waiting }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		wait := l.reserve()
		if wait <= 0 {
			return nil
		}
		if err := reconcile.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// reserve takes the next slot when its time has come, and otherwise returns how long that takes.
func (l *RateLimiter) reserve() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.next.After(now) {
		return l.next.Sub(now)
	}
	if wait := l.recent.Wait(now, l.limits.PerMinute, l.limits.PerHour); wait > 0 {
		return min(wait, time.Hour)
	}
	if l.adaptive {
		l.interval = l.rate.increase(l.interval, now)
	}
	l.next = now.Add(l.interval)
	l.recent.Add(now)
	return 0
}

// Pause stops every request for as long as a 429 asks: at least a second, and a little more at random. When it does not say
// how long, the pause ends with the minute. The error is that of a pause beyond an hour or beyond the deadline of ctx, which
// is not begun.
func (l *RateLimiter) Pause(ctx context.Context, asked time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if asked <= 0 {
		asked = now.Truncate(time.Minute).Add(time.Minute).Sub(now)
	}
	asked = max(asked, minPause)
	until := now.Add(asked)
	if deadline, ok := ctx.Deadline(); asked > maxPause || ok && deadline.Before(until) {
		return errPause
	}
	if l.adaptive && !l.next.After(now.Add(l.interval)) { // several 429 of one pause count once
		l.interval = l.rate.decrease(l.interval, now, asked)
	}
	l.paused = later(l.paused, until.Add(rand.N(pauseJitter)))
	l.next = later(l.next, l.paused)
	return nil
}

var errPause = errors.New("the server asks for a pause that is too long")

// Observe pauses every request when a read that is retried by the client meets a 429: for [client.Trace].Attempt.
func (l *RateLimiter) Observe(a client.Attempt) {
	if e, ok := errors.AsType[*client.Error](a.Err); ok && client.IsRateLimited(e) {
		_ = l.Pause(context.Background(), min(max(e.RetryAfter, 0), maxPause))
	}
}

// holds reports whether a request that took its slot before a pause must not leave any more.
func (l *RateLimiter) holds(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.paused.After(now)
}

// Pace is how fast requests leave.
type Pace struct {
	Requests int           // so far
	Interval time.Duration // between two requests, 0 when no limit is known
	Slowed   bool          // Interval comes from a 429, and not from known limits
	Paused   time.Time     // when the pause after a 429 ends, zero when there is none
}

// Pace returns how fast requests leave at present.
func (l *RateLimiter) Pace() Pace {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := Pace{Requests: l.requests, Interval: l.interval, Slowed: l.adaptive && l.interval > 0}
	if l.paused.After(time.Now()) {
		p.Paused = l.paused
	}
	return p
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
