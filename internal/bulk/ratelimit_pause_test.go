package bulk

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestRateLimiter_ShorterPauseKeepsALongerOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := NewRateLimiter()
		_ = p.Pause(t.Context(), 40*time.Second)
		_ = p.Pause(t.Context(), time.Second)
		time.Sleep(5 * time.Second)
		if !p.holds(time.Now()) {
			t.Error("the pause of 40 s is over after 5 s")
		}
	})
}

func TestRateLimiter_429PausesEverything(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(60, always))
		g.options.Workers = 16
		g.limits = Limits{PerMinute: 600}
		var limited time.Time
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 20 {
				limited = time.Now()
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: 40 * time.Second}
			}
			if d := time.Since(limited); !limited.IsZero() && d < 40*time.Second {
				t.Errorf("a write was sent %v after the 429", d)
			}
			return simulate.WriteFault{}
		}
		g.check(t, g.finish(t, t.Context()))
	})
}

// Rows that are in the journal already stay here as well.
func TestRateLimiter_429HoldsJournaledRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(800, always))
		g.options.Workers = 16
		var limited time.Time
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 300 {
				limited = time.Now()
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: 40 * time.Second}
			}
			if d := time.Since(limited); d > 0 && d < 40*time.Second {
				t.Errorf("a write was sent %v after the 429", d)
			}
			return simulate.WriteFault{After: time.Millisecond}
		}
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Sends != 801 || s.Retries != 1 || s.Requests != 801 || g.server.Sent() != 801 {
			t.Errorf("%d sends, %d of them repeated, %d requests; %d writes arrived", s.Sends, s.Retries, s.Requests, g.server.Sent())
		}
	})
}

func TestRateLimiter_TooLongPauseStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retry, deadline time.Duration
	}{"a day": {24 * time.Hour, 0}, "beyond the deadline": {50 * time.Second, 30 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(5, always))
				g.options.Workers = 1
				g.server.Fault = first(1, simulate.WriteFault{Kind: simulate.Fault429, Retry: test.retry})(g.server)
				ctx := t.Context()
				if test.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.deadline)
					defer cancel()
				}
				began := time.Now()
				s, err := g.run(ctx, nil)
				if err != nil || s.Stop == nil || s.Stop.Reason != StopRateLimit || s.ExitCode() != 7 || time.Since(began) > time.Second {
					t.Errorf("%v, stop %v after %v", err, s.Stop, time.Since(began))
				}
			})
		})
	}
}

// A limit of so many a minute shows in what it lets pass, however fast that went.
func TestRateLimiter_429HalvesTheMeasuredRate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := NewRateLimiter()
		turns(t, p, 120)
		if err := p.Pause(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if each := p.Pace().Interval; each != time.Second {
			t.Errorf("a request each %v after 120 in a minute", each)
		}
	})
}

// A short pause after few requests says little, and must not cost a whole import its speed.
func TestRateLimiter_Early429IsNoStandstill(t *testing.T) {
	t.Parallel()
	for before, most := range map[int]time.Duration{1: 100 * time.Second, 90: 5 * time.Second} {
		t.Run(strconv.Itoa(before), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := NewRateLimiter()
				turns(t, p, before)
				if err := p.Pause(t.Context(), time.Second); err != nil {
					t.Fatal(err)
				}
				if at := turns(t, p, 100)[99]; at > most {
					t.Errorf("a 429 after %d requests at once: 100 more took %v", before, at)
				}
			})
		})
	}
}

// When another client has used the limit up, the first request meets a 429, which says nothing about the limit. Nor do few
// requests, when there is none at all.
func TestRateLimiter_Single429SlowsBriefly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		before int
		pause  time.Duration
		most   time.Duration // that 5000 more take, the pause included
	}{
		{1, time.Minute, 5 * time.Minute},
		{3, 2 * time.Second, time.Minute},
		{30, time.Minute, 8 * time.Minute},
	} {
		t.Run(fmt.Sprintf("%d, then %v", test.before, test.pause), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := NewRateLimiter()
				turns(t, p, test.before)
				if err := p.Pause(t.Context(), test.pause); err != nil {
					t.Fatal(err)
				}
				if at := turns(t, p, 5000)[4999]; at > test.most {
					t.Errorf("5000 more took %v", at)
				}
			})
		})
	}
}

func TestRateLimiter_LengthOfAPause(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ asked, min, max time.Duration }{
		"seconds":  {40 * time.Second, 40 * time.Second, 41 * time.Second},
		"too few":  {time.Millisecond, time.Second, 2 * time.Second},
		"an hour":  {time.Hour, time.Hour, time.Hour + time.Second},
		"not said": {0, 30 * time.Second, 31 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				time.Sleep(30 * time.Second) // into the minute
				p := NewRateLimiter()
				p.SetLimits(Limits{PerMinute: 6000})
				if err := p.Pause(t.Context(), test.asked); err != nil {
					t.Fatal(err)
				}
				if at := turns(t, p, 1)[0]; at < test.min || at > test.max {
					t.Errorf("the next turn comes after %v", at)
				}
			})
		})
	}
}
