package bulk

import (
	"context"
	"sync"
	"time"
)

// gate bounds the rows whose line is in the journal before a worker is free for them. It lets in as many as the workers
// finish while the disk syncs, and no more, so that a crash leaves few rows in doubt. One goroutine enters.
type gate struct {
	workers int

	mu     sync.Mutex
	inside int
	syncs  time.Duration // moving average of a sync
	posts  time.Duration // moving average of a POST
	waits  bool
	freed  chan struct{} // tells the one who waits
}

func newGate(workers int) *gate { return &gate{workers: workers, freed: make(chan struct{}, 1)} }

// enter returns when there is room.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		g.waits = g.inside >= g.workers+g.ahead()
		if !g.waits {
			g.inside++
			g.mu.Unlock()
			return nil
		}
		g.mu.Unlock()
		if err := await(ctx, g.freed); err != nil {
			return err
		}
	}
}

// leave makes room. The one who waits is told when a quarter of what may be ahead has gone: to wake it for every row costs
// more than the row.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.waits && g.inside <= g.workers+g.ahead()*3/4 {
		g.waits = false
		select {
		case g.freed <- struct{}{}:
		default: // nobody took the last one: who waited has gone
		}
	}
}

// ahead is how many rows there may be beyond one for each worker: twice what they finish during a sync (Little's law;
// twice, since one group is written while another is sent). None where a POST takes so long that those ahead would become
// stale.
func (g *gate) ahead() int {
	if g.posts <= 0 || g.posts >= turnLasts/2 {
		return 0
	}
	return min(int(2*time.Duration(g.workers)*g.syncs/g.posts)+1, aheadPerWorker*g.workers)
}

func (g *gate) synced(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.syncs = average(g.syncs, d)
}

func (g *gate) posted(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.posts = average(g.posts, d)
}

func average(old, d time.Duration) time.Duration {
	if old == 0 {
		return d
	}
	return old + (d-old)/8
}
