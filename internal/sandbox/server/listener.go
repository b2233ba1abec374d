package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// KeepAlive is uvicorn's: an idle connection is closed after it.
	KeepAlive = 5 * time.Second
	// headerTimeout is how long a client may take to send its headers.
	headerTimeout = 10 * time.Second
)

// listener is the side of the server that has connections. It can stop at once and come back at the same address.
type listener struct {
	handler http.HandlerFunc
	report  func(error)
	listen  func(ctx context.Context, addr string) (net.Listener, error)
	addr    net.Addr

	mu     sync.Mutex
	http   *http.Server
	served chan error // gets one value when http ends
	paused bool
	closed bool
}

// NewHTTPServer returns an HTTP server that gives slow headers and idle connections a limited time.
func NewHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:                      handler,
		IdleTimeout:                  KeepAlive,
		ReadHeaderTimeout:            headerTimeout,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0), // it is about broken connections
	}
}

func (l *listener) serve(on net.Listener) {
	l.http, l.served = NewHTTPServer(l.handler), make(chan error, 1)
	go func(server *http.Server, served chan<- error) { served <- server.Serve(on) }(l.http, l.served)
}

// pause cuts all connections, does something, and listens again. A second pause at the same time does nothing.
func (l *listener) pause(do func()) {
	l.mu.Lock()
	if l.paused || l.closed {
		l.mu.Unlock()
		return
	}
	l.paused = true
	_ = l.http.Close()
	if err := <-l.served; !errors.Is(err, http.ErrServerClosed) {
		l.report(fmt.Errorf("stopped serving: %w", err))
	}
	l.mu.Unlock()
	do()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused = false
	if l.closed {
		return
	}
	on, err := l.listenAgain()
	if err != nil {
		l.report(fmt.Errorf("another program took the port during a restart: %w", err))
		l.closed = true
		return
	}
	l.serve(on)
}

// listenAgain waits briefly for a port that another program has taken for a moment.
func (l *listener) listenAgain() (net.Listener, error) {
	for try := 0; ; try++ {
		on, err := l.listen(context.Background(), l.addr.String())
		if err == nil || try == 40 {
			return on, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// close stops listening, waits for the work in progress, and closes all connections.
func (l *listener) close(wait func()) error {
	l.mu.Lock()
	gone := l.closed || l.paused
	l.closed = true // seen by a pause in progress and by later ones
	l.mu.Unlock()
	if gone {
		wait()
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // closes the listener and idle connections, and does not wait for the others
	_ = l.http.Shutdown(ctx)
	wait()
	_ = l.http.Close()
	if err := <-l.served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// work counts the requests and late commits in progress, and lets no more in once it is closed. The zero value is open.
type work struct {
	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
}

// enter reports whether the work is open; if so, wg.Done must follow.
func (w *work) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.wg.Add(1)
	}
	return !w.closed
}

// close lets nothing more in, and returns a channel that closes when all work has ended.
func (w *work) close() <-chan struct{} {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	done := make(chan struct{})
	go func() {
		w.wg.Wait()
		close(done)
	}()
	return done
}
