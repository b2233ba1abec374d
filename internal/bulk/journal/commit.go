package journal

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/files"
)

const (
	// syncDelay is how long an outcome may wait for its sync when no send brings one sooner.
	syncDelay = 200 * time.Millisecond
	// groupEvery is the least time from one group to the next: a sync costs CPU time, however little it has to write.
	groupEvery = 4 * time.Millisecond
	// placeEvery is how often the file is checked for still being the journal: a removed one records nothing.
	placeEvery = 500 * time.Millisecond
)

// committer writes lines in their order and syncs them in groups (group commit): what is queued while one sync runs is
// written and synced together by the next.
type committer struct {
	file    files.File
	inPlace func() bool  // reports whether the file still has its name
	release func() error // frees reserved space, once
	size    int64        // of what is written
	sum     uint32       // checksum of the last line written
	dirty   bool         // something written is not synced
	buf     []byte

	mu     sync.Mutex
	next   *batch
	spare  []Entry       // the memory of the last batch's lines, for the next but one
	full   error         // the disk is full: no send can be queued any more, outcomes can
	failed error         // nothing can be queued any more
	lost   []Entry       // outcomes that failed kept from the file: of the rows that were in flight
	broken chan struct{} // closed with the first failed
	wake   chan struct{}
	end    chan struct{}
}

// batch is a group of lines that are written together. done is closed when they are durable, or never will be.
type batch struct {
	lines []Entry
	sync  bool // a caller waits until the lines are durable
	done  chan struct{}

	err       error // set once done is closed, as durableAt
	durableAt time.Time
}

// wait returns when the lines are durable, or never will be.
func (b *batch) wait() error {
	<-b.done
	return b.err
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// start starts the goroutine that writes; size and sum are those of what is in the file.
func (c *committer) start(size int64, sum uint32) {
	c.size, c.sum, c.next = size, sum, newBatch()
	c.wake, c.end, c.broken = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	go c.run()
}

// durable adds a line, or none, and returns when it and every line before it are synced.
func (c *committer) durable(e *Entry) error {
	b, err := c.put(e, true)
	if err != nil {
		return err
	}
	return b.wait()
}

func (c *committer) put(e *Entry, wait bool) (*batch, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil && e != nil {
		c.lose(*e)
	}
	if c.failed != nil {
		return nil, c.failed
	}
	if c.full != nil && e != nil && e.Kind == KindSend {
		return nil, c.full
	}
	b := c.next
	if e != nil {
		b.lines = append(b.lines, *e)
	}
	b.sync = b.sync || wait
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return b, nil
}

// close syncs what is queued and ends the committer.
func (c *committer) close() error {
	err := c.durable(nil)
	c.mu.Lock()
	if c.failed == nil {
		c.failed = errors.New("the journal is closed")
	}
	c.mu.Unlock()
	close(c.wake)
	<-c.end
	return err
}

func (c *committer) run() {
	defer close(c.end)
	idle := time.NewTimer(syncDelay)
	defer idle.Stop()
	place := time.NewTicker(placeEvery)
	defer place.Stop()
	began := time.Time{}
	for {
		late := false
		select {
		case <-place.C:
			if !c.inPlace() {
				c.finish(c.take(), ErrRemoved)
			}
			continue
		case _, open := <-c.wake:
			if !open {
				return
			}
		case <-idle.C:
			late = true
		}
		time.Sleep(groupEvery - time.Since(began))
		began = time.Now()
		b := c.take()
		wasDirty := c.dirty
		err := c.write(b.lines)
		if err == nil && (b.sync || late) {
			err = c.sync()
		}
		if c.dirty && !wasDirty {
			idle.Reset(syncDelay)
		}
		c.finish(b, err)
	}
}

func (c *committer) take() *batch {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.next
	c.next = newBatch()
	c.next.lines, c.spare = c.spare, nil
	return b
}

// finish wakes the waiters. After a failure nothing can be queued any more, and what was queued meanwhile fails too.
func (c *committer) finish(b *batch, err error) {
	c.mu.Lock()
	b.err, b.durableAt = err, time.Now()
	switch {
	case err == nil:
	case files.IsFull(err) && c.full == nil:
		c.full = err
	default:
		c.lose(b.lines...)
		c.fail(err)
	}
	c.spare, b.lines = b.lines[:0], nil
	c.mu.Unlock()
	close(b.done)
}

// ErrRemoved says that a journal is no longer in its place.
var ErrRemoved = errors.New("the journal was removed or replaced while the import was running")

// fail makes everything fail that is queued or will be. The lock is held.
func (c *committer) fail(err error) {
	if c.failed != nil {
		return
	}
	c.failed = err
	c.lose(c.next.lines...)
	close(c.broken)
	c.next.err = err
	close(c.next.done)
	c.next = newBatch()
}

// lose keeps the outcomes among lines that will not be in the file, for the reports of this run.
func (c *committer) lose(lines ...Entry) {
	for _, e := range lines {
		if e.Kind == KindOutcome {
			c.lost = append(c.lost, e)
		}
	}
}

// write appends the lines. When the disk is full, outcomes are written into the space reserved for them; the sends among the
// lines are dropped: they have not left.
func (c *committer) write(lines []Entry) error {
	if len(lines) == 0 {
		return nil
	}
	buf, sum := c.encode(lines)
	_, err := c.file.WriteAt(buf, c.size)
	if !files.IsFull(err) {
		if err == nil {
			c.written(buf, sum)
		}
		return err
	}
	if err := errors.Join(c.file.Truncate(c.size), c.release()); err != nil {
		return err
	}
	buf, sum = c.encode(slices.DeleteFunc(lines, func(e Entry) bool { return e.Kind == KindSend }))
	if _, again := c.file.WriteAt(buf, c.size); again != nil {
		return errors.Join(again, c.file.Truncate(c.size))
	}
	c.written(buf, sum)
	return errors.Join(err, c.sync())
}

func (c *committer) written(buf []byte, sum uint32) {
	c.size, c.sum, c.dirty = c.size+int64(len(buf)), sum, c.dirty || len(buf) > 0
}

func (c *committer) encode(lines []Entry) ([]byte, uint32) {
	buf, sum, mark := c.buf[:0], c.sum, byte(markPlain)
	if !c.dirty {
		mark = markDurable
	}
	for i := range lines {
		buf, sum = appendLine(buf, mark, &lines[i], sum)
		mark = markPlain
	}
	c.buf = buf
	return buf, sum
}

func (c *committer) sync() error {
	if !c.dirty {
		return nil
	}
	if err := c.file.Sync(); err != nil {
		return err
	}
	c.dirty = false
	return nil
}
