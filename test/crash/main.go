// Crash kills the real hydractl at random moments of `customers import` and compares its final report with the server's data.
//
//	go run ./test/crash [-n 200] [-at 8] [-rows 400] [-seed 1] [-hydractl bin/hydractl]
//
// The server is `hydractl sandbox serve` in a process of its own, with faults: lost answers, errors after the commit, late
// commits, outages. Its control port gives the audit snapshot. Each import is run, killed with SIGKILL and run again by the
// same command until it finishes; then the next one starts, until there were n kills. Most of the time is spent waiting for
// the quiet period, so several imports run at once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/hydracore/hydractl/test/serve"
)

// roundKills is the number of kills that share a sandbox; more customers would fill the memory.
const roundKills = 500

// options are the values of the flags.
type options struct {
	program string
	kills   int
	at      int // imports at once
	rows    int
	seed    uint64
	keep    bool
}

func main() {
	o := options{}
	flag.IntVar(&o.kills, "n", 200, "kills")
	flag.IntVar(&o.at, "at", 8, "imports at one time")
	flag.IntVar(&o.rows, "rows", 400, "rows of each import")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "of the random numbers")
	flag.StringVar(&o.program, "hydractl", "", "program to test (default: it is built)")
	flag.BoolVar(&o.keep, "keep", false, "keep the files of a failure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := o.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "crash: %v\n(seed %d)\n", err, o.seed)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "hydractl-crash")
	if err != nil {
		return err
	}
	defer func() {
		if err == nil || !o.keep {
			err = errors.Join(err, os.RemoveAll(dir))
			return
		}
		fmt.Fprintln(os.Stderr, "crash: the files are in", dir)
	}()
	if o.program == "" {
		o.program = filepath.Join(dir, "hydractl.exe")
		if err := serve.Build(ctx, o.program); err != nil {
			return err
		}
	}
	if o.program, err = filepath.Abs(o.program); err != nil {
		return err
	}
	for n := 1; o.kills > 0; n++ {
		kills := min(o.kills, roundKills)
		o.kills -= kills
		if err := o.round(ctx, filepath.Join(dir, fmt.Sprint(n)), kills); err != nil {
			return fmt.Errorf("round %d: %w", n, err)
		}
		o.seed++
	}
	return nil
}
