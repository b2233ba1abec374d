// Drift exports all customers while it creates others, and compares every export with the server's data.
//
//	go run ./test/drift [-n 50] [-rate 20] [-customers 2500] [-latency 20] [-consistency fast] [-hydractl bin/hydractl]
//
// The server is `hydractl sandbox serve`, which orders customers of the same moment differently on every page. An export
// that exits 0 must hold every customer that existed from its start to its end, each once; one that exits 8 has reported that
// it may be incomplete.
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

// options are the values of the flags.
type options struct {
	program     string
	exports     int
	rate        int // creates a second
	customers   int
	latency     int // of a page, in milliseconds
	consistency string
}

func main() {
	o := options{}
	flag.IntVar(&o.exports, "n", 50, "exports")
	flag.IntVar(&o.rate, "rate", 20, "customers created a second meanwhile")
	flag.IntVar(&o.customers, "customers", 2500, "customers at the start")
	flag.IntVar(&o.latency, "latency", 20, "milliseconds that a page takes at least")
	flag.StringVar(&o.consistency, "consistency", "fast", "of the exports")
	flag.StringVar(&o.program, "hydractl", "", "program to test (default: it is built)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := o.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "drift:", err)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "hydractl-drift")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if o.program == "" {
		o.program = filepath.Join(dir, "hydractl.exe")
		if err := serve.Build(ctx, o.program); err != nil {
			return err
		}
	}
	if o.program, err = filepath.Abs(o.program); err != nil {
		return err
	}
	server, err := serve.Start(ctx, o.program, dir, "--set", "ties=page", "--seed", fmt.Sprint(o.customers),
		"--fault", fmt.Sprintf("latency:ms=%d,method=GET", o.latency))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	creating, stop := context.WithCancel(ctx)
	created := make(chan error, 1)
	go func() { created <- insert(creating, server, o.rate) }()
	t := &trial{options: o, dir: dir, server: server, began: time.Now()}
	err = t.play(ctx)
	stop()
	return errors.Join(err, <-created)
}
