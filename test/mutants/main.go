// Mutants switches off, one at a time, what keeps an import from losing or doubling a row, and looks whether a test
// notices.
//
//	go run ./test/mutants [-at 2] [-list] [TEXT...]
//
// With texts, only the guards whose name or file contains one of them are tried.
//
// Each guard of the tables is an edit of one file. It is made in an overlay (go help build), the tree stays as it is. The
// tests that are named beside it must pass as things are, and one of them must fail with the edit; one that does not
// compile, or that has nothing to edit any more, is no proof and fails the program too. Some guards are there on Linux only.
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

// chosen gives the guards that a text speaks of, all of them without one.
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
	alive := l.judgeAll(ctx, guards, at)
	fmt.Printf("%d of %d guards are held by a test (%v)\n", len(guards)-alive, len(guards), time.Since(began).Round(time.Second))
	if alive > 0 {
		return errors.Join(fmt.Errorf("%d guards can be switched off, and no test notices", alive), ctx.Err())
	}
	return nil
}

// judgeAll prints what becomes of each guard, in their order, and counts those that no test holds.
func (l *lab) judgeAll(ctx context.Context, guards []guard, at int) (alive int) {
	verdicts := make([]chan verdict, len(guards))
	places := make(chan struct{}, at)
	for i := range verdicts {
		verdicts[i] = make(chan verdict, 1)
	}
	go func() {
		for i, g := range guards {
			places <- struct{}{}
			go func() {
				verdicts[i] <- l.judge(ctx, i, g)
				<-places
			}()
		}
	}()
	for i, g := range guards {
		v := <-verdicts[i]
		fmt.Printf("%-56s %s (%v)\n", g.name, v, v.took.Round(100*time.Millisecond))
		if v.killer == "" {
			alive++
		}
	}
	return alive
}
