package bulk

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestRowsAreJournaledAheadOnlyAsFarAsTheDiskIsSlower(t *testing.T) {
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
			g := newGate(16)
			g.synced(test.sync)
			g.posted(test.post)
			if got := g.ahead(); got != test.want {
				t.Errorf("%d rows ahead, want %d", got, test.want)
			}
		})
	}
}

func TestTheGateWakesWhoWaitsWhenAQuarterOfWhatIsAheadHasGone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(2)
		g.synced(2 * time.Millisecond)
		g.posted(time.Millisecond) // nine ahead
		in := 0
		go func() {
			for g.enter(t.Context()) == nil {
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

func TestTheGateIsLeftWhileItIsFull(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(1)
		for range 3 { // each time somebody waits, gives up, and is told too late
			_ = g.enter(t.Context())
			ctx, cancel := context.WithCancel(t.Context())
			go func() { _ = g.enter(ctx) }()
			synctest.Wait()
			cancel()
			synctest.Wait()
			g.leave()
		}
		if err := g.enter(t.Context()); err != nil || g.inside != 1 {
			t.Errorf("%v, %d inside", err, g.inside)
		}
	})
}
