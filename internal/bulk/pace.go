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
	keptBack  = 0.05             // of a limit is left to others and to the network's jitter
	minPause  = time.Second      // after a 429
	maxPause  = time.Hour        // longer ones are not waited for
	turnLasts = time.Second      // a turn that was not used for so long is given up
	increase  = 15 * time.Second // between two steps of the increase, at most
	telling   = 20               // requests from which on the first 429 tells something about the limit
	firstRate = 60               // requests per minute after a first 429 that tells nothing
	perPause  = 5                // requests in the time of a pause that are tried at least
	pauseSlop = time.Millisecond * 250
)

// Limits are a key's limits; 0 is not known.
type Limits struct {
	PerMinute, PerHour int
}

// Pacer gives every request of an import its turn: evenly spaced by the stricter of the key's limits, of which 5 % are
// kept back, and never more than a limit within its minute or hour. Without known limits there is no spacing until the
// first 429; from then on the rate is halved by each and raised step by step, beyond that of the last 429 by more with each
// step. After a 429 everything pauses. It is a [client.Limiter] and safe for concurrent use.
type Pacer struct {
	turn chan struct{} // held by the one who waits for the next turn

	mu       sync.Mutex
	interval time.Duration // between two turns, 0 for none
	adaptive bool          // no limits are known
	limits   Limits        // less what is kept back
	next     time.Time     // before it there is no turn
	paused   time.Time     // the end of the last pause
	raised   time.Time     // the last step of the increase
	rest     time.Duration // between two steps
	step     float64       // of the increase, in requests per minute
	ceiling  float64       // the rate of the last 429, in requests per minute
	recent   journal.Traffic
	requests int
	begun    time.Time // of the requests counted here: since the start or the last pause
	counted  int
	journal  *journal.Journal
	early    []time.Time // requests before there was a journal
}

// NewPacer makes a pacer that knows no limits yet.
func NewPacer() *Pacer {
	p := &Pacer{turn: make(chan struct{}, 1), adaptive: true}
	return p
}

// SetLimits fixes the spacing. Both unknown means as fast as it goes until the first 429.
func (p *Pacer) SetLimits(l Limits) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limits = Limits{PerMinute: kept(l.PerMinute), PerHour: kept(l.PerHour)}
	p.adaptive = p.limits == Limits{}
	p.interval = max(every(p.limits.PerMinute, time.Minute), every(p.limits.PerHour, time.Hour))
}

// kept is a limit less what is kept back, at least 1; 0 stays 0.
func kept(limit int) int {
	if limit <= 0 {
		return 0
	}
	return max(int(float64(limit)*(1-keptBack)), 1)
}

func every(n int, d time.Duration) time.Duration {
	if n <= 0 {
		return 0
	}
	return d / time.Duration(n)
}

// Attach lets the pacer go on where the journal's last run ended, and records further requests in it.
func (p *Pacer) Attach(j *journal.Journal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.journal = j
	before := j.Recent()
	for _, at := range p.early {
		before.Add(at)
	}
	now := time.Now()
	if before.Latest <= now.Add(time.Minute).Unix() { // else a clock was set back, and the past says nothing
		p.recent = before
		last := time.Unix(before.Latest, 0)
		p.next = later(p.next, now.Add(min(last.Add(p.interval).Sub(now), p.interval)))
	}
	for _, at := range p.early {
		if err := j.Requested(at); err != nil {
			return err
		}
	}
	p.early = nil
	return nil
}

// Wait is the turn of a request; a write's was taken before it was put into the journal.
func (p *Pacer) Wait(ctx context.Context) error {
	write := ctx.Value(turnTaken{}) != nil
	if !write {
		if err := p.take(ctx); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.requests++
	if p.counted++; p.counted == 1 {
		p.begun = now
	}
	switch {
	case write:
		return nil
	case p.journal == nil:
		p.early = append(p.early, now)
		return nil
	}
	return p.journal.Requested(now)
}

// turnTaken marks the context of a request that has had its turn.
type turnTaken struct{}

func withTurn(ctx context.Context) context.Context { return context.WithValue(ctx, turnTaken{}, true) }

// take returns when the next request may leave.
func (p *Pacer) take(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		wait := p.due()
		if wait <= 0 {
			return nil
		}
		if err := reconcile.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// due is how long the next turn is away; when it is here it is given away.
func (p *Pacer) due() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.next.After(now) {
		return p.next.Sub(now)
	}
	if wait := p.recent.Wait(now, p.limits.PerMinute, p.limits.PerHour); wait > 0 {
		return min(wait, time.Hour)
	}
	p.raise(now)
	p.next = now.Add(p.interval)
	p.recent.Add(now)
	return 0
}

// raise is the increase: additive up to the rate of the last 429. Beyond it the limit is not what it was, or was never
// known, and each step is twice the one before.
func (p *Pacer) raise(now time.Time) {
	if !p.adaptive || p.interval == 0 || now.Sub(p.raised) < p.rest {
		return
	}
	p.raised = now
	rate := float64(time.Minute)/float64(p.interval) + p.step
	p.interval = time.Duration(float64(time.Minute) / rate)
	if rate >= p.ceiling {
		p.step *= 2
	}
}

// Pause stops everything for as long as a 429 asks: at least a second, and a little more by chance. Without a word
// about it the pause ends with the minute. The error is that of a pause beyond an hour or beyond the deadline of ctx,
// which is not begun.
func (p *Pacer) Pause(ctx context.Context, asked time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if asked <= 0 {
		asked = now.Truncate(time.Minute).Add(time.Minute).Sub(now)
	}
	asked = max(asked, minPause)
	until := now.Add(asked)
	if deadline, ok := ctx.Deadline(); asked > maxPause || ok && deadline.Before(until) {
		return errPause
	}
	if p.adaptive && !p.next.After(now.Add(p.interval)) { // several 429 of one pause count once
		p.halve(now, asked)
	}
	p.paused = later(p.paused, until.Add(rand.N(pauseSlop)))
	p.next = later(p.next, p.paused)
	return nil
}

var errPause = errors.New("the server asks for a pause that is too long")

// halve is the multiplicative decrease, from the rate at which requests were let go, pause included: so many the server lets
// pass in that time. A few requests for each such pause are always let pass.
func (p *Pacer) halve(now time.Time, pause time.Duration) {
	over := pause
	if p.counted > 0 {
		over += now.Sub(p.begun)
	}
	rate := float64(max(p.counted, 1)) / over.Minutes()
	if p.interval > 0 {
		rate = min(rate, float64(time.Minute)/float64(p.interval))
	}
	p.ceiling = rate
	rate = max(rate/2, perPause/pause.Minutes())
	if p.interval == 0 && p.counted < telling { // others have used the limit up
		rate = max(rate, firstRate)
	}
	p.interval = time.Duration(float64(time.Minute) / rate)
	p.step = max(rate/10, 1)
	p.rest = min(pause, increase)
	p.raised, p.counted = now.Add(pause), 0
}

// Observe makes everything pause when a read that repeats itself meets a 429: for [client.Trace].Attempt.
func (p *Pacer) Observe(a client.Attempt) {
	if e, ok := errors.AsType[*client.Error](a.Err); ok && client.IsRateLimited(e) {
		_ = p.Pause(context.Background(), min(max(e.RetryAfter, 0), maxPause))
	}
}

// holds tells that a request whose turn came before a pause may not leave any more.
func (p *Pacer) holds(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused.After(now)
}

// Requests counts the requests that were let go.
func (p *Pacer) Requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

// Interval is the time between two requests, 0 when nothing is known to bound them.
func (p *Pacer) Interval() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.interval
}

// guesses tells that no limits are known.
func (p *Pacer) guesses() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.adaptive
}

// Paused is when the pause after a 429 ends, zero when there is none.
func (p *Pacer) Paused() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused.After(time.Now()) {
		return p.paused
	}
	return time.Time{}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
