//go:build unix

package main

import (
	"os"
	"os/signal"
	"sync"

	"golang.org/x/sys/unix"
)

// mute keeps what is typed from being shown, until restore is called or the first signal arrives.
func mute() (restore func()) {
	in := int(os.Stdin.Fd())
	before, err := unix.IoctlGetTermios(in, getTermios)
	if err != nil {
		return func() {}
	}
	muted := *before
	muted.Lflag &^= unix.ECHO | unix.ECHONL
	if unix.IoctlSetTermios(in, setTermios, &muted) != nil {
		return func() {}
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, unix.SIGTERM)
	show := sync.OnceFunc(func() {
		signal.Stop(signals)
		_ = unix.IoctlSetTermios(in, setTermios, before)
	})
	ended := make(chan struct{})
	go func() {
		select {
		case <-signals: // the next one may end the process at once
			show()
		case <-ended:
		}
	}()
	return sync.OnceFunc(func() { close(ended); show() })
}
