package sandbox

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/sandbox/fault"
	"github.com/hydracore/hydractl/internal/sandbox/identity"
	"github.com/hydracore/hydractl/internal/sandbox/seed"
	"github.com/hydracore/hydractl/internal/sandbox/server"
	"github.com/hydracore/hydractl/internal/sandbox/store"
)

type (
	// Info describes a sandbox database.
	Info = store.Info
	// Tenant describes a tenant.
	Tenant = identity.TenantInfo
	// Key describes an API key.
	Key = identity.Key
	// KeyOptions configure a new key.
	KeyOptions = identity.KeyOptions
	// Settings are the choices that HydraCore's contract leaves open.
	Settings = server.Settings
	// FaultKind describes a kind of fault.
	FaultKind = fault.Kind
	// FaultParam is a parameter of a fault.
	FaultParam = fault.Param
	// Snapshot is the audit snapshot.
	Snapshot = server.Snapshot
	// AuditedCustomer is a customer of the audit snapshot.
	AuditedCustomer = store.AuditedCustomer
)

// The errors of this package.
var (
	ErrOption     = store.ErrOption     // the caller asked for something impossible: a usage error
	ErrNotSandbox = store.ErrNotSandbox // a file that is not a sandbox database, or is damaged
	ErrVersion    = store.ErrVersion    // a sandbox database of another version of the program
	ErrServed     = store.ErrServed     // another process serves the database already
	ErrNotFound   = store.ErrNotFound   // no such tenant or key
	ErrExists     = store.ErrExists     // the name is in use
)

// ParseSettings reads NAME=VALUE words. The error names the setting or the values it takes.
func ParseSettings(words []string) (Settings, error) { return server.ParseSettings(words) }

// FaultKinds returns every kind of fault, in the order of the documentation.
func FaultKinds() []FaultKind { return fault.Kinds() }

// FaultParams are the parameters that every kind has.
func FaultParams() []FaultParam { return fault.Params() }

// Status describes a database file. A missing one is fs.ErrNotExist; another program's or a damaged one is ErrNotSandbox; one
// of another schema is ErrVersion.
func Status(path string) (Info, error) { return store.Status(path) }

// Reset empties the database and seeds it with made-up customers again, as if it was new; a missing one is created. Other
// tenants, keys and members are gone after it. A file of another program is refused and left as it is; a sandbox of another
// version is rebuilt.
func Reset(path string, customers int) error {
	if customers < 0 {
		return fmt.Errorf("%w: customers to seed: must be 0 or more (got %d)", ErrOption, customers)
	}
	return store.Reset(path, seeding{customers: customers, now: time.Now()}.fill)
}

// withDirectory opens the directory of an existing database.
func withDirectory[T any](path string, f func(*identity.Directory) (T, error)) (result T, err error) {
	err = store.WithExisting(path, func(s *store.Store) (err error) {
		result, err = f(identity.New(s))
		return err
	})
	return result, err
}

// Tenants lists the tenants of a database, the default one first.
func Tenants(path string) ([]Tenant, error) {
	return withDirectory(path, (*identity.Directory).Tenants)
}

// CreateTenant adds a tenant without customers or keys, and an admin for it. A name in use is ErrExists.
func CreateTenant(path, name string) (Tenant, error) {
	return withDirectory(path, func(d *identity.Directory) (Tenant, error) { return d.CreateTenant(name) })
}

// Keys lists the keys of all tenants in the order of their creation.
func Keys(path string) ([]Key, error) {
	return withDirectory(path, (*identity.Directory).Keys)
}

// CreateKey makes a key; Text of the result is the only copy of it. An unknown tenant is ErrNotFound, any other bad option
// ErrOption.
func CreateKey(path string, o KeyOptions) (Key, error) {
	return withDirectory(path, func(d *identity.Directory) (Key, error) { return d.CreateKey(o) })
}

// RevokeKey revokes a key, named by its id or by its name when only one key has that name. An unknown one is ErrNotFound.
func RevokeKey(path, word string) error {
	return store.WithExisting(path, func(s *store.Store) error { return identity.New(s).RevokeKey(word) })
}

// seeding fills a new database: the default tenant, its key and members, and customers.
type seeding struct {
	customers int
	now       time.Time // when the tenant and the key were created; customers have fixed dates
	key       string    // instead of DemoKey and the demo members
	emails    []string  // of further customers
}

// The demo key's limits are out of reach; a rehearsal makes a key with limits of its own.
const (
	demoPerMinute = 600_000
	demoPerHour   = 36_000_000
)

func (s seeding) fill(tx *sql.Tx) error {
	// The id is different after each reset, or what was noted about the old tenant's customers would seem to hold.
	tenant, err := identity.AddTenant(tx, uuid.New(), "Sandbox", s.now)
	if err != nil {
		return err
	}
	key := &Key{
		Owner: identity.Tenant{No: tenant}, Name: "demo", Text: cmp.Or(s.key, DemoKey), Scopes: identity.Scopes(),
		LimitPerMin: demoPerMinute, LimitPerHour: demoPerHour, CreatedAt: s.now,
	}
	if err := identity.AddKey(tx, uuid.MustParse("5a4db0c5-0000-4000-8000-000000000002"), key); err != nil {
		return err
	}
	if key.Text == DemoKey {
		err := errors.Join(identity.AddMember(tx, tenant, identity.DemoAdmin, true), identity.AddMember(tx, tenant, identity.DemoMember, false))
		if err != nil {
			return err
		}
	}
	return store.Seed(tx, func(yield func(*store.Customer) bool) {
		for c := range seed.Customers(tenant, s.customers) {
			if !yield(c) {
				return
			}
		}
		for _, email := range s.emails {
			at := s.now.UnixMicro()
			c := &store.Customer{
				Tenant: tenant, ID: uuid.New(), Email: &email, CreatedAt: at, UpdatedAt: at, Subscriptions: "[]", Instances: "[]",
			}
			if !yield(c) {
				return
			}
		}
	})
}
