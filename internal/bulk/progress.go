package bulk

import (
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// rateWindow is the time over which the rate of a run is measured.
const rateWindow = time.Minute

// Snapshot is how far a run has come.
type Snapshot struct {
	Pace

	Rows int
	// Counts are the rows by state, unconfirmed ones as InDoubt.
	Counts map[record.State]int
	// Rate is the rows a second that came to their final state lately, pauses left out; 0 when it is not known.
	Rate float64
	// Left is how long the rows that are left take at that rate, -1 when it is not known.
	Left time.Duration
	// OutageSince is when the server began to fail, zero when it does not.
	OutageSince time.Time
}

// Snapshot returns how far the run has come, at any time and from any goroutine.
func (r *Runner) Snapshot() Snapshot {
	s := Snapshot{
		Pace: r.options.Limiter.Pace(), Rows: r.journal.Rows(), Counts: r.journal.Counts(), OutageSince: r.server.breaker.outage().since,
	}
	pending := s.Counts[record.Pending]
	open := pending + s.Counts[record.InDoubt]
	now := time.Now()
	s.Rate = r.rate.measure(now, s.Rows-open, s.Paused.IsZero() && s.OutageSince.IsZero())
	s.Left = -1
	if s.Rate > 0 && s.OutageSince.IsZero() && (pending > 0 || open == 0) {
		s.Left = time.Duration(float64(open) / s.Rate * float64(time.Second))
		if !s.Slowed {
			s.Left = max(s.Left, time.Duration(open)*s.Interval)
		}
		if !s.Paused.IsZero() {
			s.Left += s.Paused.Sub(now)
		}
	}
	return s
}

// rate measures how many rows a second come to their final state, over the last minute in which rows could be sent.
type rate struct {
	mu      sync.Mutex
	last    time.Time     // of the latest measurement
	active  time.Duration // in which rows could be sent
	samples []rateSample
}

type rateSample struct {
	active time.Duration
	done   int
}

// measure takes the number of rows that are done; sending reports whether rows can be sent.
func (r *rate) measure(now time.Time, done int, sending bool) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.last.IsZero() && sending {
		r.active += now.Sub(r.last)
	}
	r.last = now
	r.samples = append(r.samples, rateSample{r.active, done})
	for len(r.samples) > 2 && r.active-r.samples[1].active >= rateWindow {
		r.samples = r.samples[1:]
	}
	first := r.samples[0]
	if r.active == first.active {
		return 0
	}
	return float64(done-first.done) / (r.active - first.active).Seconds()
}
