package bulk

import (
	"context"
	"sync"
	"time"
)

// inFlight limits the rows between their line in the journal and their outcome. It admits as many as the workers finish
// while the disk syncs, and no more, so that a crash leaves few rows unconfirmed. One goroutine enters.
type inFlight struct {
	workers int

	mu      sync.Mutex
	rows    int
	syncs   time.Duration // moving average of a sync
	posts   time.Duration // moving average of a POST
	waiting bool
	freed   chan struct{} // wakes the goroutine that waits
}

func newInFlight(workers int) *inFlight {
	return &inFlight{workers: workers, freed: make(chan struct{}, 1)}
}

// enter returns when there is room for a row; interval is the time between two slots of the rate limit.
func (f *inFlight) enter(ctx context.Context, interval time.Duration) error {
	for {
		f.mu.Lock()
		f.waiting = f.rows >= f.workers+f.ahead(interval)
		if !f.waiting {
			f.rows++
			f.mu.Unlock()
			return nil
		}
		f.mu.Unlock()
		if err := await(ctx, f.freed); err != nil {
			return err
		}
	}
}

// leave makes room. The waiting goroutine is woken when a quarter of the rows ahead has gone: waking it for every row costs
// more than the row.
func (f *inFlight) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows--
	if f.waiting && f.rows <= f.workers+f.ahead(0)*3/4 {
		f.waiting = false
		select {
		case f.freed <- struct{}{}:
		default: // the last wake-up was not received: the waiting goroutine has gone
		}
	}
}

// ahead returns how many rows there can be beyond one for each worker: twice what the workers finish during a sync (Little's
// law; twice, since one group is written while another is sent), and no more than they finish before the last of those rows
// has become stale.
func (f *inFlight) ahead(interval time.Duration) int {
	post := max(f.posts, time.Duration(f.workers)*interval) // what a row takes a worker
	if f.posts <= 0 || post >= slotLasts/2 {
		return 0
	}
	return min(int(int64(f.workers)*int64(2*f.syncs)/int64(post))+1, int(int64(f.workers)*int64(slotLasts/2)/int64(post)), aheadPerWorker*f.workers)
}

// slowDisk reports whether a sync takes so long that a slot would be stale by its end.
func (f *inFlight) slowDisk() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.syncs > slotLasts/2
}

func (f *inFlight) synced(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.syncs = average(f.syncs, d)
}

func (f *inFlight) posted(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.posts = average(f.posts, d)
}

func average(old, d time.Duration) time.Duration {
	if old == 0 {
		return d
	}
	return old + (d-old)/8
}
