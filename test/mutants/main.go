// Mutants switches off, one at a time, the guards that keep an import from losing or doubling a row, and checks that a
// test fails.
//
//	go run ./test/mutants [-at 2] [-list] [TEXT...]
//
// With texts, only the guards whose name or file contains one of them are tried.
//
// Each guard is an edit of one file, applied in an overlay (go help build), so that the tree is not changed. The tests that
// the guard names must pass without the edit, and one of them must fail with it. An edit that does not compile or no longer
// applies fails the program too. Some guards exist on Linux only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"
)

func main() {
	at := flag.Int("at", 2, "guards at one time")
	list := flag.Bool("list", false, "list the guards, and do nothing else")
	flag.Parse()
	guards, err := chosen(flag.Args())
	if err != nil {
		fail(err)
	}
	if *list {
		for _, g := range guards {
			fmt.Printf("%-56s %s\n", g.name, g.file)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err = run(ctx, guards, *at)
	stop()
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "mutants:", err)
	os.Exit(1)
}

// chosen returns the guards that one of the texts names, all guards without texts. A text that names no guard is an error:
// its file may have been renamed.
func chosen(texts []string) ([]guard, error) {
	all := guards()
	for _, text := range texts {
		if !slices.ContainsFunc(all, func(g guard) bool { return g.named(text) }) {
			return nil, fmt.Errorf("no guard has %q in its name or file", text)
		}
	}
	return slices.DeleteFunc(all, func(g guard) bool { return len(texts) > 0 && !slices.ContainsFunc(texts, g.named) }), nil
}

func run(ctx context.Context, guards []guard, at int) (err error) {
	r, err := newRunner(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.dir)) }()
	began := time.Now()
	if err := r.checkTests(ctx, guards, at); err != nil {
		return err
	}
	survivors := r.tryAll(ctx, guards, at)
	fmt.Printf("%d of %d guards are tested (%v)\n", len(guards)-survivors, len(guards), time.Since(began).Round(time.Second))
	if survivors > 0 {
		return errors.Join(fmt.Errorf("%d guards can be switched off without a failing test", survivors), ctx.Err())
	}
	return nil
}

// tryAll prints the result of each guard, in their order, and returns the number of those that no test noticed.
func (r *runner) tryAll(ctx context.Context, guards []guard, at int) (survivors int) {
	results := make([]chan result, len(guards))
	places := make(chan struct{}, at)
	for i := range results {
		results[i] = make(chan result, 1)
	}
	go func() {
		for i, g := range guards {
			places <- struct{}{}
			go func() {
				results[i] <- r.try(ctx, i, g)
				<-places
			}()
		}
	}()
	for i, g := range guards {
		v := <-results[i]
		fmt.Printf("%-56s %s (%v)\n", g.name, v, v.took.Round(100*time.Millisecond))
		if v.killer == "" {
			survivors++
		}
	}
	return survivors
}
