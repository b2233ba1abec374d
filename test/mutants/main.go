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
	"strings"
	"time"
)

func main() {
	at := flag.Int("at", 2, "guards at one time")
	list := flag.Bool("list", false, "list the guards, and do nothing else")
	flag.Parse()
	guards := chosen(flag.Args())
	if *list {
		for _, g := range guards {
			fmt.Printf("%-56s %s\n", g.name, g.file)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, guards, *at)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// chosen returns the guards whose name or file contains one of the texts, all guards without texts.
func chosen(texts []string) []guard {
	return slices.DeleteFunc(guards(), func(g guard) bool {
		return len(texts) > 0 && !slices.ContainsFunc(texts, func(text string) bool {
			return strings.Contains(g.name, text) || strings.Contains(g.file, text)
		})
	})
}

func run(ctx context.Context, guards []guard, at int) (err error) {
	l, err := newLab(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(l.dir)) }()
	began := time.Now()
	if err := l.passes(ctx, guards, at); err != nil {
		return err
	}
	alive := l.tryAll(ctx, guards, at)
	fmt.Printf("%d of %d guards are tested (%v)\n", len(guards)-alive, len(guards), time.Since(began).Round(time.Second))
	if alive > 0 {
		return errors.Join(fmt.Errorf("%d guards can be switched off without a failing test", alive), ctx.Err())
	}
	return nil
}

// tryAll prints the result of each guard, in their order, and returns the number of those that no test noticed.
func (l *lab) tryAll(ctx context.Context, guards []guard, at int) (alive int) {
	results := make([]chan result, len(guards))
	places := make(chan struct{}, at)
	for i := range results {
		results[i] = make(chan result, 1)
	}
	go func() {
		for i, g := range guards {
			places <- struct{}{}
			go func() {
				results[i] <- l.try(ctx, i, g)
				<-places
			}()
		}
	}()
	for i, g := range guards {
		v := <-results[i]
		fmt.Printf("%-56s %s (%v)\n", g.name, v, v.took.Round(100*time.Millisecond))
		if v.killer == "" {
			alive++
		}
	}
	return alive
}
