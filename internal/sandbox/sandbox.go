// Package sandbox is HydraCore in a box: the customers API with tenants and API keys, served over loopback HTTP from a
// SQLite file. It answers as the real service does, which is FastAPI under uvicorn, down to the order of its checks and the
// words of its errors, and it can misbehave on demand. It shares no type with pkg/client: each of them is its own reading of
// the contract, so a mistake in one shows in the other.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// DemoKey is the API key of the default tenant of every sandbox. It opens made-up data only, so it is no secret.
const DemoKey = "hc_test_sandbox_0demo0demo0demo0"

// ErrOption says that what the caller asked for cannot be: a usage error, not a failure.
var ErrOption = errors.New("bad sandbox option")

// Options say what to serve and where. The zero value serves an empty database in memory on a free loopback port.
type Options struct {
	DB          string           // path of the database file, made when it is missing; "" in memory
	Addr        string           // HOST:PORT to listen on; "" is 127.0.0.1:0, a free port
	AllowRemote bool             // listen on an address that other machines can reach, too
	Alone       bool             // refuse a file that another Alone server serves (ErrServed), as `sandbox serve` must
	Seed        int              // made-up customers that a new database gets, at least 0
	Key         string           // the default tenant's API key in a new database, which then has no members; "" is DemoKey
	Emails      []string         // of further customers that a new database gets
	Settings    Settings         // what the contract leaves open; nil for the defaults
	Faults      []string         // see ParseFault
	Control     string           // loopback HOST:PORT of the control port; "" for none
	Now         func() time.Time // clock; nil for the system's
	Log         *slog.Logger     // what went wrong inside; nil for nothing
	// Listen listens on Addr, at the start and after each restart that a fault makes; nil for TCP. A test in virtual time
	// gives a network in memory.
	Listen func(ctx context.Context, addr string) (net.Listener, error)
}

// Server is a running sandbox.
type Server struct {
	store    *store
	rolls    rolls
	routes   []route
	settings Settings
	key      string
	date     dateForm
	now      func() time.Time
	log      *slog.Logger

	listening listening
	control   *control
	lock      *serveLock
	work      gate // requests and late commits under way
	closing   chan struct{}
	closeOnce sync.Once

	pending    pending
	limits     limits
	trace      trace
	attempts   attempts
	active     atomic.Pointer[[]*Fault]
	run        uint32 // makes request ids of different processes differ
	requests   atomic.Uint64
	lists      atomic.Uint64
	tokenRound atomic.Int64
}

// closeTimeout bounds how long Close waits for requests under way.
const closeTimeout = 10 * time.Second

// Start opens the database, makes and seeds it when it is new, listens and serves in the background until Close. The context
// bounds nothing but the start. What is wrong with the options is ErrOption; the database may be ErrNotSandbox, ErrVersion or
// ErrServed.
func Start(ctx context.Context, o Options) (*Server, error) {
	faults, err := o.check()
	if err != nil {
		return nil, err
	}
	on, err := o.Listen(ctx, o.Addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	db, err := openStore(o.DB, seeding{customers: o.Seed, now: o.Now(), key: o.Key, emails: o.Emails})
	if err != nil {
		return nil, errors.Join(err, on.Close())
	}
	s := &Server{
		store: db, routes: routes(), settings: o.Settings, key: o.Key, date: o.Settings.dateForm(), now: o.Now, log: o.Log,
		closing: make(chan struct{}), run: rand.Uint32(),
	}
	s.setFaults(faults)
	s.listening = listening{handler: s.serve, log: o.Log, listen: o.Listen, addr: on.Addr()}
	if err := s.startSides(ctx, o); err != nil {
		return nil, errors.Join(err, on.Close(), s.lock.close(), db.close())
	}
	s.listening.serve(on)
	return s, nil
}

// startSides starts what only `sandbox serve` asks for.
func (s *Server) startSides(ctx context.Context, o Options) (err error) {
	if o.Alone {
		if s.lock, err = lockServe(ctx, s.store, s.URL()); err != nil {
			return err
		}
	}
	if o.Control != "" {
		s.control, err = startControl(ctx, s, o.Control)
	}
	return err
}

// check fills in defaults and refuses what cannot be.
func (o *Options) check() ([]*Fault, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Listen == nil {
		o.Listen = listenTCP
	}
	if o.Key == "" {
		o.Key = DemoKey
	}
	if o.Seed < 0 {
		return nil, fmt.Errorf("%w: %d customers to seed: want 0 or more", ErrOption, o.Seed)
	}
	if err := checkLoopback(o.Addr, o.AllowRemote); err != nil {
		return nil, err
	}
	if err := o.Settings.check(); err != nil {
		return nil, err
	}
	return parseFaults(o.Faults)
}

// checkLoopback refuses addresses that other machines can reach, names that could stand for one included.
func checkLoopback(addr string, allowRemote bool) error {
	host, port, err := net.SplitHostPort(addr)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%w: address %q: want HOST:PORT, with a port from 0 to 65535", ErrOption, addr)
	}
	ip, err := netip.ParseAddr(host)
	if allowRemote || host == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%w: address %q can be reached from other machines, and the key is public: use 127.0.0.1:PORT, "+
		"or --allow-remote", ErrOption, addr)
}

// URL is the base URL, for example http://127.0.0.1:40123.
func (s *Server) URL() string { return "http://" + s.listening.addr.String() }

// ControlURL is the base URL of the control port; "" when there is none.
func (s *Server) ControlURL() string {
	if s.control == nil {
		return ""
	}
	return "http://" + s.control.addr.String()
}

// Key is an API key of the default tenant with every scope: that of the options, or DemoKey.
func (s *Server) Key() string { return s.key }

// Close takes no more requests, waits at most 10 seconds for those under way and for commits that a fault delays (they come
// at once now), and closes the database. A second Close does nothing.
func (s *Server) Close() (err error) {
	s.closeOnce.Do(func() { err = s.shutDown() })
	return err
}

func (s *Server) shutDown() error {
	close(s.closing)
	done := s.work.close()
	err := s.listening.close(func() {
		timer := time.NewTimer(closeTimeout)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
		}
	})
	if s.control != nil {
		err = errors.Join(err, s.control.close())
	}
	return errors.Join(err, s.store.close(), s.lock.close())
}

// wait lets time pass, until the server closes at the latest.
func (s *Server) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.closing:
	}
}

func (s *Server) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

func (s *Server) faults() []*Fault { return *s.active.Load() }

func (s *Server) setFaults(faults []*Fault) { s.active.Store(&faults) }

func (s *Server) requestID() string { return fmt.Sprintf("req_%08x_%06d", s.run, s.requests.Add(1)) }
