// Package parts runs the parts of a measurement, each in a process of its own so that its CPU time and memory are its own.
package parts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Self is this program again, with other arguments.
func Self(ctx context.Context, args ...string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	c := exec.CommandContext(ctx, program, args...)
	c.Stderr = os.Stderr
	return c
}

// Build compiles a package as a release is compiled.
func Build(ctx context.Context, target, source string) error {
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags=nethttpomithttp2", "-ldflags=-s -w -funcalign=16", "-o", target, source)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", source, err, said)
	}
	return nil
}

// Installed reports whether a program can be run.
func Installed(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// Serve prints the address at which it answers, and answers until stdin ends.
func Serve(answer http.HandlerFunc) error {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: answer}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = s.Close()
	}()
	fmt.Printf("http://%s\n", l.Addr())
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// WithServer runs f beside a process that calls [Serve].
func WithServer(server *exec.Cmd, f func(url string) error) error {
	in, err := server.StdinPipe()
	if err != nil {
		return err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		err = f(strings.TrimSpace(url))
	}
	return errors.Join(err, in.Close(), server.Wait())
}

// Median is the value in the middle.
func Median[T float64 | time.Duration | int](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
