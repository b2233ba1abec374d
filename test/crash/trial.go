package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hydracore/hydractl/test/serve"
)

// trial is the imports on one sandbox.
type trial struct {
	options
	dir    string
	server *serve.Sandbox
	source string // the customer that clones are made of
	kills  int
	began  time.Time

	mu      sync.Mutex
	left    int // kills
	runs    int
	imports []*imported
}

func newTrial(o options, dir string, s *serve.Sandbox, kills int) *trial {
	return &trial{options: o, dir: dir, server: s, kills: kills, left: kills, began: time.Now()}
}

// play finishes imports until no kill is left, then runs each of them once more and checks everything.
func (t *trial) play(ctx context.Context) error {
	before, err := truthOf(ctx, t.server)
	if err != nil {
		return err
	}
	t.source = before.Customers[0].ID
	if err := t.sideBySide(ctx, t.playImports); err != nil {
		return err
	}
	select {
	case <-time.After(quiet): // for the last late commit
	case <-ctx.Done():
		return ctx.Err()
	}
	if before, err = truthOf(ctx, t.server); err != nil {
		return err
	}
	finished := make(chan *imported, len(t.imports))
	for _, i := range t.imports {
		finished <- i
	}
	close(finished)
	err = t.sideBySide(ctx, func(ctx context.Context) error {
		for i := range finished {
			if err := i.again(ctx); err != nil {
				return i.wrap(err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	after, err := truthOf(ctx, t.server)
	if err != nil {
		return err
	}
	if n := after.posts() - before.posts(); n > 0 {
		return fmt.Errorf("finished imports sent %d rows again", n)
	}
	return t.compare(after)
}

// sideBySide runs work for several imports at once.
func (t *trial) sideBySide(ctx context.Context, work func(context.Context) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for range t.at {
		g.Go(func() error { return work(ctx) })
	}
	return g.Wait()
}

// playImports starts one import after another, as long as a kill is left.
func (t *trial) playImports(ctx context.Context) error {
	for {
		i := t.begin()
		if i == nil {
			return nil
		}
		if err := i.play(ctx); err != nil {
			return i.wrap(err)
		}
	}
}

// begin returns the next import, nil when there is none.
func (t *trial) begin() *imported {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.left == 0 {
		return nil
	}
	number := len(t.imports) + 1
	i := newImported(t, number, filepath.Join(t.dir, fmt.Sprintf("import-%d.csv", number)))
	t.imports = append(t.imports, i)
	return i
}

// mayKill reports whether a kill is left.
func (t *trial) mayKill() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.left > 0
}

// ran counts a run and, when it was killed, the kill.
func (t *trial) ran(killed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs++
	if killed && t.left > 0 {
		t.left--
	}
}

// compare compares every import with the server's data.
func (t *trial) compare(after *truth) error {
	known := after.index()
	states := map[string]int{}
	var wrong []error
	for _, i := range t.imports {
		if err := check(i.rows, i.results, i.last, known); err != nil {
			wrong = append(wrong, i.wrap(err))
		}
		for state, n := range i.last.Counts {
			if n > 0 {
				states[state] += n
			}
		}
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	fmt.Printf("%d kills in %d imports of %d rows (%d runs, %v): %v. 0 lost, 0 doubled.\n",
		t.kills-t.left, len(t.imports), t.options.rows, t.runs, time.Since(t.began).Round(time.Second), states)
	return nil
}
