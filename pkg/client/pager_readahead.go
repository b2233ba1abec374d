package client

import (
	"context"
	"sync"
	"time"
)

// maxReadAhead is how many requests a walk has under way at most.
const maxReadAhead = 8

// readAhead fetches pages before they are asked for, as long as the walk reports them as settled.
type readAhead struct {
	walk    *walk
	start   func(number int) chan fetchResult
	cancel  context.CancelFunc
	running sync.WaitGroup
	queue   []chan fetchResult // the pages from next-len(queue) to next-1
	next    int                // the first page that was not asked for
	stopped bool
}

type fetchResult struct {
	page fetchedPage
	err  error
	at   time.Time
}

func newReadAhead(ctx context.Context, w *walk) *readAhead {
	ctx, cancel := context.WithCancel(ctx)
	a := &readAhead{walk: w, cancel: cancel, stopped: w.pager.Sequential}
	a.start = func(number int) chan fetchResult {
		result := make(chan fetchResult, 1)
		a.running.Go(func() {
			page, err := w.fetch(ctx, number, true)
			result <- fetchResult{page, err, time.Now()}
		})
		return result
	}
	return a
}

// fill asks for the pages up to last, a few at a time, after a page that is settled. After any other page nothing is
// read ahead any more, and what was is thrown away: the pages behind it may be moving.
func (a *readAhead) fill(settled bool, last int64) {
	if !settled {
		a.stop()
	}
	for !a.stopped && !a.walk.pager.limited && len(a.queue) < maxReadAhead && int64(a.next) <= last {
		a.queue = append(a.queue, a.start(a.next))
		a.next++
	}
}

// get returns a page, which is the one after that of the last call. An empty one that should not be is read once more.
func (a *readAhead) get(ctx context.Context, number int) (fetchedPage, error) {
	page, err := a.fetched(ctx, number)
	if err == nil && len(page.Customers) == 0 && page.Total > max(int64(number-1)*int64(a.walk.size), a.walk.counts.rows) {
		page, err = a.walk.fetch(ctx, number, false)
	}
	return page, err
}

func (a *readAhead) fetched(ctx context.Context, number int) (fetchedPage, error) {
	if number == 1 {
		a.next = 2
		return a.walk.first(ctx)
	}
	if len(a.queue) == 0 {
		a.next = number + 1
		return a.walk.fetch(ctx, number, false)
	}
	result := <-a.queue[0]
	a.queue = a.queue[1:]
	if asksToWait(result.err) { // what the other requests brought is good, but no more of them leave
		a.walk.pager.limited = true
		if err := a.walk.pager.service.client.waitAsked(ctx, result.err, result.at); err != nil {
			return fetchedPage{}, err
		}
		return a.walk.fetch(ctx, number, false)
	}
	return result.page, result.err
}

// stop ends what is under way and waits for its end.
func (a *readAhead) stop() {
	a.cancel()
	a.running.Wait()
	a.queue, a.stopped = nil, true
}
