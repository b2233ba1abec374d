// Crash kills the real hydractl at random moments of `customers import` and looks whether what it says in the end is so.
//
//	go run ./test/crash [-n 200] [-rows 150] [-seed 1] [-hydractl bin/hydractl]
//
// The server is `hydractl sandbox serve` in a process of its own, with faults: lost answers, errors after the commit, late
// commits, outages. Its control port tells the truth. Each import is run, killed with SIGKILL and run again, by the same
// command, until it comes to its end; then a new one begins, until there were n kills.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	kills := flag.Int("n", 200, "kills")
	rows := flag.Int("rows", 150, "rows of each import")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random numbers")
	program := flag.String("hydractl", "", "program to test (default: it is built)")
	keep := flag.Bool("keep", false, "keep the files of a failure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *program, *kills, *rows, *seed, *keep)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "crash: %v\n(seed %d)\n", err, *seed)
		os.Exit(1)
	}
}

func run(ctx context.Context, program string, kills, rows int, seed uint64, keep bool) (err error) {
	dir, err := os.MkdirTemp("", "hydractl-crash")
	if err != nil {
		return err
	}
	defer func() {
		if err == nil || !keep {
			err = errors.Join(err, os.RemoveAll(dir))
			return
		}
		fmt.Fprintln(os.Stderr, "crash: the files are in", dir)
	}()
	if program == "" {
		program = filepath.Join(dir, "hydractl.exe")
		if err := build(ctx, program); err != nil {
			return err
		}
	}
	if program, err = filepath.Abs(program); err != nil {
		return err
	}
	server, err := startServer(ctx, program, dir, seed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	t := &trial{
		program: program, dir: dir, server: server, rows: rows, left: kills, total: kills,
		random: rand.New(rand.NewPCG(seed, 1)), began: time.Now(),
	}
	return t.play(ctx)
}

func build(ctx context.Context, target string) error {
	c := exec.CommandContext(ctx, "go", "build", "-o", target, "github.com/hydracore/hydractl")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, said)
	}
	return nil
}
