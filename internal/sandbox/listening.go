package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// listening is the side of the server that has connections. It can stop at once and come back at the same address.
type listening struct {
	handler http.HandlerFunc
	log     *slog.Logger
	listen  func(ctx context.Context, addr string) (net.Listener, error)
	addr    net.Addr

	mu     sync.Mutex
	http   *http.Server
	served chan error // gets one value when http ends
	paused bool
	closed bool
}

func listenTCP(ctx context.Context, addr string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
}

func (l *listening) serve(on net.Listener) {
	l.http, l.served = newHTTPServer(l.handler, l.log), make(chan error, 1)
	go func(server *http.Server, served chan<- error) { served <- server.Serve(on) }(l.http, l.served)
}

// pause cuts all connections, does something, and listens again. While it lasts a second pause does nothing.
func (l *listening) pause(do func()) {
	l.mu.Lock()
	if l.paused || l.closed {
		l.mu.Unlock()
		return
	}
	l.paused = true
	_ = l.http.Close()
	if err := <-l.served; !errors.Is(err, http.ErrServerClosed) {
		l.log.Error("sandbox: stopped serving", "error", err)
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
		l.log.Error("sandbox: the port was taken during a restart", "error", err)
		l.closed = true
		return
	}
	l.serve(on)
}

// listenAgain waits a little for a port that somebody borrowed.
func (l *listening) listenAgain() (net.Listener, error) {
	for try := 0; ; try++ {
		on, err := l.listen(context.Background(), l.addr.String())
		if err == nil || try == 40 {
			return on, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// close listens no more, waits for the work under way, and closes all connections.
func (l *listening) close(wait func()) error {
	l.mu.Lock()
	gone := l.closed || l.paused
	l.closed = true // a pause that is under way sees it, and one to come does nothing
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
