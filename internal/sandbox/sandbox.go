// Package sandbox is a local HydraCore: the customers API with tenants and API keys, served over loopback HTTP from a SQLite
// file. It answers as the real service does, which is FastAPI under uvicorn, and it can misbehave on demand. It shares no type
// with pkg/client: each of them is its own reading of the contract, so a mistake in one shows in the other.
//
// The package is the way in; server answers, fault misbehaves, identity knows tenants, keys and members, store has the data,
// and seed makes up customers.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/fault"
	"github.com/hydracore/hydractl/internal/sandbox/server"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// DemoKey is the API key of the default tenant of every sandbox. It opens made-up data only, so it is not a secret.
const DemoKey = "hc_test_sandbox_0demo0demo0demo0"

// Options configure a sandbox. The zero value serves an empty database in memory on a free loopback port.
type Options struct {
	DB          string           // path of the database file, created when it is missing; "" in memory
	Addr        string           // HOST:PORT to listen on; "" is 127.0.0.1:0, a free port
	AllowRemote bool             // listen also on an address that other machines can reach
	Exclusive   bool             // refuse a file that another Exclusive server serves (ErrServed), as `sandbox serve` must
	Seed        int              // made-up customers in a new database, at least 0
	Key         string           // the default tenant's API key in a new database, which then has no members; "" is DemoKey
	Emails      []string         // of further customers in a new database
	Settings    Settings         // what the contract leaves open; nil for the defaults
	Faults      []string         // specifications, see fault.Parse
	Control     string           // loopback HOST:PORT of the control port; "" for none
	Now         func() time.Time // clock; nil for the system's
	OnError     func(error)      // is called for each internal error, one at a time; nil for none
	// Listen listens on Addr, at the start and after each restart that a fault causes; nil for TCP. A test in virtual time
	// gives a network in memory.
	Listen func(ctx context.Context, addr string) (net.Listener, error)
}

// Server is a running sandbox.
type Server struct {
	api     *server.Server
	store   *store.Store
	key     string
	control *control
	lock    io.Closer

	closeOnce sync.Once
}

// Start opens the database, creates and seeds it when it is new, listens and serves in the background until Close. The
// context bounds only the start. Bad options are ErrOption; the database may be ErrNotSandbox, ErrVersion or ErrServed.
func Start(ctx context.Context, o Options) (*Server, error) {
	faults, err := o.prepare()
	if err != nil {
		return nil, err
	}
	listener, err := o.Listen(ctx, o.Addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	db, err := store.Open(o.DB, seeding{customers: o.Seed, now: o.Now(), key: o.Key, emails: o.Emails}.fill)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s := &Server{store: db, key: o.Key}
	if o.Exclusive {
		if s.lock, err = db.LockServe("http://" + listener.Addr().String()); err != nil {
			return nil, errors.Join(err, listener.Close(), db.Close())
		}
	}
	s.api = server.Start(server.Options{
		Store: db, Listener: listener, Listen: o.Listen, Addr: o.Addr, Settings: o.Settings, Faults: faults, Now: o.Now,
		OnError: o.OnError,
	})
	if o.Control != "" {
		if s.control, err = startControl(ctx, s, o); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// prepare sets the defaults and refuses bad options.
func (o *Options) prepare() ([]server.Fault, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.OnError == nil {
		o.OnError = func(error) {}
	}
	if o.Listen == nil {
		o.Listen = func(ctx context.Context, addr string) (net.Listener, error) {
			return (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
		}
	}
	if o.Key == "" {
		o.Key = DemoKey
	}
	if o.Seed < 0 {
		return nil, fmt.Errorf("%w: customers to seed: must be 0 or more (got %d)", ErrOption, o.Seed)
	}
	if err := server.CheckAddr(o.Addr, o.AllowRemote); err != nil {
		return nil, err
	}
	if err := o.Settings.Check(); err != nil {
		return nil, err
	}
	return fault.ParseAll(o.Faults)
}

// URL is the base URL, for example http://127.0.0.1:40123.
func (s *Server) URL() string { return s.api.URL() }

// ControlURL is the base URL of the control port; "" when there is none.
func (s *Server) ControlURL() string {
	if s.control == nil {
		return ""
	}
	return "http://" + s.control.addr.String()
}

// Key is an API key of the default tenant with every scope: that of the options, or DemoKey.
func (s *Server) Key() string { return s.key }

// SetFaults replaces all faults; each starts counting at zero. When one specification is wrong nothing changes.
func (s *Server) SetFaults(specs ...string) error { return s.replaceFaults(nil, specs) }

// addFaults adds to the faults in effect, which go on counting.
func (s *Server) addFaults(specs ...string) error { return s.replaceFaults(s.api.Faults(), specs) }

func (s *Server) replaceFaults(kept []server.Fault, specs []string) error {
	faults, err := fault.ParseAll(specs)
	if err == nil {
		s.api.SetFaults(slices.Concat(kept, faults))
	}
	return err
}

// Snapshot is the audit snapshot: what really happened, whatever the faults made clients believe.
func (s *Server) Snapshot() (Snapshot, error) { return s.api.Snapshot() }

// Close accepts no more requests, waits at most 10 seconds for those in progress and for commits that a fault delays, which
// come at once now, and closes the database. A second Close does nothing.
func (s *Server) Close() (err error) {
	s.closeOnce.Do(func() {
		err = s.api.Close()
		if s.control != nil {
			err = errors.Join(err, s.control.close())
		}
		if s.lock != nil {
			err = errors.Join(err, s.lock.Close())
		}
		err = errors.Join(err, s.store.Close())
	})
	return err
}
