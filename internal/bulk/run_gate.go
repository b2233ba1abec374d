package bulk

import (
	"context"
	"slices"
	"sync"
	"time"
)

// gate bounds the rows that are between their journal line and their outcome. Beyond one for each worker it lets in as
// many as the workers finish while the disk syncs, and no more, so that a crash leaves few rows in doubt.
type gate struct {
	workers int

	mu      sync.Mutex
	inside  int
	syncs   time.Duration   // moving average of a sync
	posts   time.Duration   // moving average of a POST
	waiting []chan struct{} // in the order in which they came; closed when they are let in
}

func newGate(workers int) *gate { return &gate{workers: workers} }

func (g *gate) enter(ctx context.Context) error {
	g.mu.Lock()
	if g.inside < g.room() {
		g.inside++
		g.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	g.waiting = append(g.waiting, turn)
	g.mu.Unlock()
	err := await(ctx, turn)
	if err != nil {
		g.giveUp(turn)
	}
	return err
}

// giveUp takes a waiter out, who may have been let in meanwhile.
func (g *gate) giveUp(turn chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, turn); i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
		return
	}
	g.inside--
	g.admit()
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	g.admit()
}

func (g *gate) admit() {
	for len(g.waiting) > 0 && g.inside < g.room() {
		close(g.waiting[0])
		g.waiting = g.waiting[1:]
		g.inside++
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
