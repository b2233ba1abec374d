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
		"nothing known":  {0, 0, 16},
		"slow server":    {3 * time.Millisecond, time.Second, 17},
		"usual server":   {3 * time.Millisecond, 50 * time.Millisecond, 18},
		"fast server":    {2 * time.Millisecond, time.Millisecond, 81},
		"very slow disk": {time.Second, time.Millisecond, 16 * 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate(16)
			g.synced(test.sync)
			g.posted(test.post)
			if got := g.room(); got != test.want {
				t.Errorf("room for %d rows, want %d", got, test.want)
			}
		})
	}
}

func TestTheGateLetsInWhoCameFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(1)
		if err := g.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		in := make(chan int, 3)
		impatient, cancel := context.WithCancel(t.Context())
		for i, ctx := range []context.Context{t.Context(), impatient, t.Context()} {
			go func() {
				if g.enter(ctx) == nil {
					in <- i
				}
			}()
			synctest.Wait()
		}
		cancel()
		synctest.Wait()
		for _, want := range []int{0, 2} {
			g.leave()
			if got := <-in; got != want {
				t.Errorf("%d came in, want %d", got, want)
			}
		}
		g.leave()
		if g.inside != 0 || len(g.waiting) != 0 {
			t.Errorf("%d inside, %d waiting", g.inside, len(g.waiting))
		}
	})
}

func TestAPlaceThatIsGivenToOneWhoHasLeftIsGivenOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(1)
		_ = g.enter(t.Context())
		turn := make(chan struct{})
		g.waiting = append(g.waiting, turn)
		g.leave() // the place goes to turn, who gives up at the same moment
		g.giveUp(turn)
		if err := g.enter(t.Context()); err != nil || g.inside != 1 {
			t.Errorf("%v, %d inside", err, g.inside)
		}
	})
}
