// Package server answers as HydraCore does, which is FastAPI under uvicorn: routes, checks in their order, statuses and
// shapes. Faults change single exchanges.
package server

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Options configure a server.
type Options struct {
	Store    *store.Store
	Listener net.Listener
	Listen   func(ctx context.Context, addr string) (net.Listener, error) // listens again after a restart
	Addr     string                                                       // that was asked for
	Settings Settings
	Faults   []Fault
	Now      func() time.Time
	OnError  func(error)
}

// Server is a running server.
type Server struct {
	store    *store.Store
	identity *identity.Directory
	routes   []route
	settings Settings
	addr     string // that was asked for
	clock    func() time.Time

	reporting sync.Mutex
	onError   func(error)

	listener listener
	work     work
	closing  chan struct{}

	pending   pendingCommits
	limits    limits
	audit     audit
	attempts  attempts
	active    atomic.Pointer[[]Fault]
	clockStep atomic.Int64 // nanoseconds
	run       uint32       // makes request IDs of different processes differ
	requests  atomic.Uint64
	lists     atomic.Uint64
}

// closeTimeout bounds how long Close waits for requests in progress.
const closeTimeout = 10 * time.Second

// Start serves in the background until Close.
func Start(o Options) *Server {
	s := &Server{
		store: o.Store, identity: identity.New(o.Store), routes: routeTable(o.Settings), settings: o.Settings, addr: o.Addr,
		clock: o.Now, onError: o.OnError, closing: make(chan struct{}), run: rand.Uint32(),
	}
	s.SetFaults(o.Faults)
	s.listener = listener{handler: s.serve, report: s.ReportError, listen: o.Listen, addr: o.Listener.Addr()}
	s.listener.serve(o.Listener)
	return s
}

// URL is the base URL, for example http://127.0.0.1:40123.
func (s *Server) URL() string { return "http://" + s.listener.addr.String() }

// Now is the server's time.
func (s *Server) Now() time.Time { return s.clock().Add(time.Duration(s.clockStep.Load())).UTC() }

// StepClock moves the server's time, back when d is negative.
func (s *Server) StepClock(d time.Duration) { s.clockStep.Add(int64(d)) }

// Faults are the faults in effect.
func (s *Server) Faults() []Fault { return *s.active.Load() }

// SetFaults replaces all faults.
func (s *Server) SetFaults(faults []Fault) { s.active.Store(&faults) }

// Store is the database, for faults that change the data.
func (s *Server) Store() *store.Store { return s.store }

// ExpireTokens expires every access token issued so far.
func (s *Server) ExpireTokens() { s.identity.ExpireTokens() }

// Restart cuts all connections, waits, and listens again.
func (s *Server) Restart(pause time.Duration) { s.listener.pause(func() { s.Wait(pause) }) }

// ReportError reports an internal error, of which the client sees no cause.
func (s *Server) ReportError(err error) {
	s.reporting.Lock()
	defer s.reporting.Unlock()
	s.onError(fmt.Errorf("sandbox: %w", err))
}

// Closing is closed when the server begins to close.
func (s *Server) Closing() <-chan struct{} { return s.closing }

// Wait lets time pass, until the server closes at the latest.
func (s *Server) Wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.closing:
	}
}

// Close accepts no more requests and waits at most 10 seconds for those in progress and for commits that a fault delays,
// which come at once now.
func (s *Server) Close() error {
	close(s.closing)
	done := s.work.close()
	return s.listener.close(func() {
		timer := time.NewTimer(closeTimeout)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
		}
	})
}

func (s *Server) requestID() string { return fmt.Sprintf("req_%08x_%06d", s.run, s.requests.Add(1)) }

// answer decides on a request. What a handler cannot explain is a crash, as an exception is in FastAPI.
func (s *Server) answer(r *Request) Answer {
	a, err := s.decide(r)
	var early refusal
	switch {
	case errors.As(err, &early):
		return early.Answer
	case err != nil:
		s.ReportError(fmt.Errorf("%s %s: %w", r.Method, r.Path, err))
		return crash()
	}
	return a
}

// decide goes through FastAPI's steps in their order: host, route, syntax of the body, credentials, fields, the operation.
func (s *Server) decide(r *Request) (Answer, error) {
	if !allowHost(r.host, s.addr) {
		return Answer{Status: http.StatusBadRequest, Type: TypeText, Body: []byte("Invalid host header: use 127.0.0.1, localhost or the host of --addr")}, nil
	}
	t, err := findRoute(s.routes, r)
	if err != nil {
		return Answer{}, err
	}
	if t.body {
		if err := r.parseBody(); err != nil {
			return Answer{}, err
		}
	}
	if !t.needs.public {
		if err := s.authenticate(r); err != nil {
			return Answer{}, err
		}
		if err := s.authorize(r, t.needs); err != nil {
			return Answer{}, err
		}
	}
	return t.handle(s, r)
}
