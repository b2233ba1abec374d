package bulk

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/pkg/client"
)

// turns takes n turns and gives the times between the first and each.
func turns(t *testing.T, p *RateLimiter, n int) []time.Duration {
	t.Helper()
	var at []time.Duration
	began := time.Now()
	for range n {
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		at = append(at, time.Since(began))
	}
	return at
}

func TestRateLimiter_EvenSpacing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limits Limits
		want   time.Duration
	}{
		"per minute":      {Limits{PerMinute: 60}, time.Minute / 57},
		"per hour":        {Limits{PerMinute: 60, PerHour: 1000}, time.Hour / 950},
		"minute stricter": {Limits{PerMinute: 10, PerHour: 1000}, time.Minute / 9},
		"one a minute":    {Limits{PerMinute: 1}, time.Minute},
		"none known":      {Limits{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p := NewRateLimiter()
				p.SetLimits(test.limits)
				for i, at := range turns(t, p, 20) {
					even := time.Duration(i) * test.want
					if at < even || at > even+even/50 {
						t.Errorf("turn %d after %v, want %v", i, at, even)
					}
				}
				if p.Pace().Requests != 20 || p.Pace().Interval != test.want {
					t.Errorf("%d requests, interval %v", p.Pace().Requests, p.Pace().Interval)
				}
			})
		})
	}
}

func TestRateLimiter_WaitEndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := NewRateLimiter()
		p.SetLimits(Limits{PerMinute: 1})
		turns(t, p, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := make(chan error, 2)
		for range 2 { // one waits for the time, one for the other
			go func() { done <- p.Wait(ctx) }()
		}
		for range 2 {
			if err := <-done; !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}
		if err := p.Wait(withSlot(ctx)); err != nil {
			t.Errorf("a write that has had its turn waits again: %v", err)
		}
	})
}

func TestRateLimiter_AIMD(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := NewRateLimiter()
		for range 600 { // ten a second
			turns(t, p, 1)
			time.Sleep(100 * time.Millisecond)
		}
		for range 3 { // of requests that were under way together
			p.Observe(client.Attempt{Err: &client.Error{Status: 429, Code: "rate_limited", RetryAfter: 5 * time.Second}})
		}
		perMinute := func() float64 { return float64(time.Minute) / float64(p.Pace().Interval) }
		if r := perMinute(); r < 270 || r > 300 {
			t.Errorf("%.0f requests a minute after a 429 at 600", r)
		}
		if at := turns(t, p, 400); at[399] > 70*time.Second {
			t.Errorf("after a 429 at 600 a minute, 400 took %v", at[399])
		}
		if r := perMinute(); r < 500 || r > 700 {
			t.Errorf("%.0f requests a minute after a minute of peace", r)
		}
		turns(t, p, 2000)
		if r := perMinute(); r < 1000 {
			t.Errorf("%.0f requests a minute though the 429 was long ago", r)
		}
		before := perMinute()
		p.Observe(client.Attempt{Err: &client.Error{Status: 429, Code: "rate_limited"}})
		if r := perMinute(); r > before/2+1 {
			t.Errorf("%.0f requests a minute after another 429 at %.0f", r, before)
		}
	})
}

// However often the process dies, and whatever the limits were before: no minute and no hour sees more requests than
// the limits allow.
func TestRateLimiter_KillLoopKeepsTheLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		limits := Limits{PerMinute: rapid.IntRange(0, 40).Draw(rt, "per minute"), PerHour: rapid.IntRange(1, 300).Draw(rt, "per hour")}
		before := rapid.IntRange(0, 200).Draw(rt, "unpaced requests before")
		lives := rapid.SliceOfN(rapid.IntRange(0, 30), 1, 12).Draw(rt, "requests of each life")
		rests := rapid.SliceOfN(rapid.IntRange(0, 400), 12, 12).Draw(rt, "seconds between")
		var said modelErrors
		synctest.Test(t, func(t *testing.T) {
			defer said.recover()
			killLoop(t.Context(), &said, limits, before, lives, rests)
		})
		if len(said) > 0 {
			rt.Fatal(said[0])
		}
	})
}

func killLoop(ctx context.Context, t *modelErrors, limits Limits, before int, lives, rests []int) {
	g := newRig(nil)
	var requests []time.Time
	live := func(n int, l Limits) {
		j, err := journal.Open(g.disk, g.dir, g.header)
		if err != nil {
			t.Fatal(err)
		}
		p := NewRateLimiter()
		if err := p.Attach(j); err != nil {
			t.Fatal(err)
		}
		p.SetLimits(l)
		for range n {
			if err := p.Wait(ctx); err != nil {
				t.Fatal(err)
			}
			requests = append(requests, time.Now())
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	live(before, Limits{})
	for i, n := range lives {
		live(min(n, 1+limits.PerHour/4), limits) // in twelve lives three times the hour's limit: more would only take more hours
		time.Sleep(time.Duration(rests[i]) * time.Second)
	}
	for i := before; i < len(requests); i++ {
		last := requests[i]
		inMinute, inHour := 0, 0
		for _, at := range requests[:i+1] {
			if last.Sub(at) < time.Minute {
				inMinute++
			}
			if last.Sub(at) < time.Hour {
				inHour++
			}
		}
		if inHour > limits.PerHour || limits.PerMinute > 0 && inMinute > limits.PerMinute {
			t.Errorf("request %d is number %d of its minute and %d of its hour", i, inMinute, inHour)
			return
		}
	}
}

func TestRateLimiter_ClockSetBackBlocksNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(nil)
		j, err := journal.Open(g.disk, g.dir, g.header)
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		if err := j.Requested(time.Now().Add(100 * 365 * 24 * time.Hour)); err != nil {
			t.Fatal(err)
		}
		p := NewRateLimiter()
		if err := p.Attach(j); err != nil {
			t.Fatal(err)
		}
		p.SetLimits(Limits{PerMinute: 60, PerHour: 60})
		if at := turns(t, p, 1)[0]; at > time.Minute {
			t.Errorf("the first turn comes after %v", at)
		}
	})
}
