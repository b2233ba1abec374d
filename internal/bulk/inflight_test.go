package bulk

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestInFlight_AheadOnlyOnASlowDisk(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sync, post time.Duration
		want       int
	}{
		"nothing known":  {0, 0, 0},
		"slow server":    {3 * time.Millisecond, time.Second, 0},
		"usual server":   {3 * time.Millisecond, 50 * time.Millisecond, 2},
		"fast server":    {2 * time.Millisecond, time.Millisecond, 65},
		"very slow disk": {time.Second, time.Millisecond, 16 * 16},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newInFlight(16)
			g.synced(test.sync)
			g.posted(test.post)
			if got := g.ahead(0); got != test.want {
				t.Errorf("%d rows ahead, want %d", got, test.want)
			}
		})
	}
}

func TestInFlight_WakesAfterAQuarter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newInFlight(2)
		g.synced(2 * time.Millisecond)
		g.posted(time.Millisecond) // nine ahead
		in := 0
		go func() {
			for g.enter(t.Context(), 0) == nil {
				in++
			}
		}()
		for left, want := range []int{11, 11, 11, 14, 14, 14, 17} {
			synctest.Wait()
			if in != want {
				t.Errorf("when %d have left, %d have come in, want %d", left, in, want)
			}
			g.leave()
		}
	})
}

func TestInFlight_LeaveWhileFull(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newInFlight(1)
		for range 3 { // each time a caller waits, gives up, and is released too late
			_ = g.enter(t.Context(), 0)
			ctx, cancel := context.WithCancel(t.Context())
			go func() { _ = g.enter(ctx, 0) }()
			synctest.Wait()
			cancel()
			synctest.Wait()
			g.leave()
		}
		if err := g.enter(t.Context(), 0); err != nil || g.rows != 1 {
			t.Errorf("%v, %d inside", err, g.rows)
		}
	})
}
