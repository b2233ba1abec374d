package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hydracore/hydractl/test/serve"
)

// round is the imports on one sandbox.
type round struct {
	options
	dir    string
	server *serve.Sandbox
	source string // the customer that clones are made of

	mu   sync.Mutex
	left int // kills
	runs int
}

// round starts a sandbox and spends a number of kills on it.
func (o options) round(ctx context.Context, dir string, kills int) (err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	server, err := startServer(ctx, o.program, dir, o.seed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	r := &round{options: o, dir: dir, server: server, left: kills}
	return r.run(ctx)
}

// run finishes imports until no kill is left, then runs each of them once more and checks everything.
func (r *round) run(ctx context.Context) error {
	began, kills := time.Now(), r.left
	before, err := snapshotOf(ctx, r.server)
	if err != nil {
		return err
	}
	r.source = before.Customers[0].ID
	imports, err := r.imports(ctx)
	if err != nil {
		return err
	}
	select {
	case <-time.After(quiet): // for the last late commit
	case <-ctx.Done():
		return ctx.Err()
	}
	if before, err = snapshotOf(ctx, r.server); err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(r.at)
	for _, i := range imports {
		g.Go(func() error { return i.wrap(i.again(ctx)) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	after, err := snapshotOf(ctx, r.server)
	if err != nil {
		return err
	}
	if n := after.posts() - before.posts(); n > 0 {
		return fmt.Errorf("finished imports sent %d rows again", n)
	}
	states, err := compare(imports, after)
	if err != nil {
		return err
	}
	fmt.Printf("%d kills in %d imports of %d rows (%d runs, %v): %v. 0 lost, 0 doubled.\n",
		kills-r.left, len(imports), r.rows, r.runs, time.Since(began).Round(time.Second), states)
	return nil
}

// imports runs one import after another, several at once, as long as a kill is left.
func (r *round) imports(ctx context.Context) ([]*fileImport, error) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.at)
	var all []*fileImport
	for ctx.Err() == nil && r.mayKill() {
		i := newFileImport(r, len(all)+1)
		all = append(all, i)
		g.Go(func() error { return i.wrap(i.finish(ctx)) })
	}
	return all, g.Wait()
}

// mayKill reports whether a kill is left.
func (r *round) mayKill() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left > 0
}

// ran counts a run and, when it was killed, the kill.
func (r *round) ran(killed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs++
	if killed && r.left > 0 {
		r.left--
	}
}
