// Package sandbox is HydraCore in a box: the customers API with tenants and API keys, served over loopback HTTP from a
// SQLite file. It answers as the real service does, which is FastAPI under uvicorn, down to the order of its checks and the
// words of its errors. It shares no type with pkg/client: each of them is its own reading of the contract, so a mistake in
// one shows in the other.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"
)

// DemoKey is the API key of the default tenant of every sandbox. It opens made-up data only, so it is no secret.
const DemoKey = "hc_test_sandbox_0demo0demo0demo0"

// Options say what to serve and where. The zero value serves an empty database in memory on a free loopback port.
type Options struct {
	DB          string           // path of the database file, made when it is missing; "" in memory
	Addr        string           // HOST:PORT to listen on; "" is 127.0.0.1:0, a free port
	AllowRemote bool             // listen on an address that other machines can reach, too
	Seed        int              // customers that a new database gets, at least 0
	Settings    Settings         // what the contract leaves open; nil for the defaults
	Now         func() time.Time // clock; nil for the system's
	Log         *slog.Logger     // what went wrong inside; nil for nothing
}

// Server is a running sandbox.
type Server struct {
	store    *store
	rolls    rolls
	routes   []route
	settings Settings
	date     dateForm
	now      func() time.Time
	log      *slog.Logger

	http     *http.Server
	addr     net.Addr
	served   chan error
	requests atomic.Uint64 // numbers the requests
	lists    atomic.Uint64
}

// closeTimeout bounds how long Close waits for requests under way.
const closeTimeout = 10 * time.Second

// Start opens the database, makes and seeds it when it is new, listens and serves in the background until Close. The context
// bounds nothing but the start.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	db, err := openStore(o.DB, seeding{customers: o.Seed, now: o.Now()})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s := &Server{
		store: db, routes: routes(), settings: o.Settings, date: o.Settings.dateForm(), now: o.Now, log: o.Log,
		addr: listener.Addr(), served: make(chan error, 1),
	}
	s.http = newHTTPServer(s)
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// check fills in defaults and refuses what cannot be.
func (o *Options) check() error {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Seed < 0 {
		return fmt.Errorf("sandbox: %d customers to seed: want 0 or more", o.Seed)
	}
	if err := checkLoopback(o.Addr, o.AllowRemote); err != nil {
		return err
	}
	return o.Settings.check()
}

// checkLoopback refuses addresses that other machines can reach, names that could stand for one included.
func checkLoopback(addr string, allowRemote bool) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("sandbox address %q: want HOST:PORT: %w", addr, err)
	}
	ip, err := netip.ParseAddr(host)
	if allowRemote || host == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("sandbox address %q can be reached from other machines, and its key is public: use 127.0.0.1:PORT, "+
		"or allow remote access", addr)
}

// URL is the base URL, for example http://127.0.0.1:40123.
func (s *Server) URL() string { return "http://" + s.addr.String() }

// Key is an API key of the default tenant with every scope: DemoKey.
func (s *Server) Key() string { return DemoKey }

// Close stops listening, waits for the requests under way, at most 10 seconds, and closes the database.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return errors.Join(err, s.store.close())
}
