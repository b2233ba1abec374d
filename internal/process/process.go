// Package process is what hydractl has from the operating system: streams, environment, signals and the terminal.
package process

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/hydracore/hydractl/cmd"
	"github.com/hydracore/hydractl/internal/cli"
)

// Run runs the command that the arguments of the process name, and returns its exit code. It may be called once in a process.
func Run(build cli.Build) int {
	log.SetOutput(io.Discard) // net/http would print what a broken server sends
	home, _ := os.UserHomeDir()
	return cmd.Execute(context.Background(), &cli.Env{
		In:        os.Stdin,
		Out:       stream(os.Stdout),
		Err:       stream(os.Stderr),
		Terminal:  terminal(),
		LookupEnv: os.LookupEnv,
		Environ:   os.Environ(),
		Now:       time.Now,
		Home:      home,
		Build:     build,
		Signals:   withSignals,
	}, os.Args[1:])
}

// withSignals ends the context with the signal as its cause.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // under nohup it is
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		s, ok := <-signals
		if !ok {
			return
		}
		cancel(cli.Interrupted{Signal: s})
		signal.Stop(signals) // the second one ends the process at once
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

func terminal() cli.Terminal {
	out := int(os.Stdout.Fd())
	return cli.Terminal{
		In:  term.IsTerminal(int(os.Stdin.Fd())),
		Out: term.IsTerminal(out),
		Err: term.IsTerminal(int(os.Stderr.Fd())),
		Width: func() int {
			for _, fd := range []int{out, int(os.Stderr.Fd())} {
				if width, _, err := term.GetSize(fd); err == nil {
					return width
				}
			}
			return 0
		},
		Height: func() int {
			_, height, err := term.GetSize(out)
			if err != nil {
				return 0
			}
			return height
		},
		Raw:     raw(),
		Mute:    mute,
		Discard: discardInput,
	}
}
