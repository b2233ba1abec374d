package bulk

import (
	"context"
	"sync"
	"time"
)

// gate bounds the rows that are between their journal line and their outcome. Beyond one for each worker it lets in as
// many as the workers finish while the disk syncs, and no more, so that a crash leaves few rows in doubt.
type gate struct {
	workers int

	mu      sync.Mutex
	inside  int
	syncs   time.Duration // moving average of a sync
	posts   time.Duration // moving average of a POST
	changed chan struct{}
}

func newGate(workers int) *gate { return &gate{workers: workers, changed: make(chan struct{})} }

func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		if g.inside < g.room() {
			g.inside++
			g.mu.Unlock()
			return nil
		}
		changed := g.changed
		g.mu.Unlock()
		if err := await(ctx, changed); err != nil {
			return err
		}
	}
}

// room is the workers, and twice what they finish during a sync (Little's law; twice, since one group is written while
// another is sent).
func (g *gate) room() int {
	if g.posts <= 0 {
		return g.workers
	}
	ahead := int(2*time.Duration(g.workers)*g.syncs/g.posts) + 1
	return g.workers + min(ahead, aheadPerWorker*g.workers)
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	close(g.changed)
	g.changed = make(chan struct{})
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
