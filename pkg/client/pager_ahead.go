package client

import (
	"context"
	"sync"
	"time"
)

// readAhead is how many requests a walk has under way at most.
const readAhead = 8

// ahead reads pages before they are asked for, as long as the walk says that they are settled.
type ahead struct {
	walk    *walk
	start   func(number int) chan arrival
	cancel  context.CancelFunc
	running sync.WaitGroup
	queue   []chan arrival // the pages from next-len(queue) to next-1
	next    int            // the first page that was not asked for
	stopped bool
}

type arrival struct {
	page reading
	err  error
	at   time.Time
}

func newAhead(ctx context.Context, w *walk) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{walk: w, cancel: cancel, stopped: w.pager.Consistency == Scan}
	a.start = func(number int) chan arrival {
		came := make(chan arrival, 1)
		a.running.Go(func() {
			page, err := w.fetch(ctx, number, true)
			came <- arrival{page, err, time.Now()}
		})
		return came
	}
	return a
}

// fill asks for the pages up to last, a few at a time, after a page that is settled. After any other page nothing is
// read ahead any more, and what was is thrown away: the pages behind it may be moving.
func (a *ahead) fill(settled bool, last int64) {
	if !settled {
		a.stop()
	}
	for !a.stopped && !a.walk.pager.limited && len(a.queue) < readAhead && int64(a.next) <= last {
		a.queue = append(a.queue, a.start(a.next))
		a.next++
	}
}

// get gives a page, which is the one after that of the last call. An empty one that should not be is read once more.
func (a *ahead) get(ctx context.Context, number int) (reading, error) {
	page, err := a.take(ctx, number)
	if err == nil && len(page.Customers) == 0 && a.walk.owes(page) {
		page, err = a.walk.fetch(ctx, number, false)
	}
	return page, err
}

func (a *ahead) take(ctx context.Context, number int) (reading, error) {
	if number == 1 {
		a.next = 2
		return a.walk.first(ctx)
	}
	if len(a.queue) == 0 {
		a.next = number + 1
		return a.walk.fetch(ctx, number, false)
	}
	came := <-a.queue[0]
	a.queue = a.queue[1:]
	if asksToWait(came.err) { // what the other requests brought is good, but no more of them leave
		a.walk.pager.limited = true
		if err := a.walk.pager.service.client.waitAsked(ctx, came.err, came.at); err != nil {
			return reading{}, err
		}
		return a.walk.fetch(ctx, number, false)
	}
	return came.page, came.err
}

// stop ends what is under way and waits for its end.
func (a *ahead) stop() {
	a.cancel()
	a.running.Wait()
	a.queue, a.stopped = nil, true
}
