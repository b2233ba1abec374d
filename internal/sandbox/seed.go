package sandbox

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

// seeding fills a new database: the default tenant, its demo key and made-up customers, the same ones every time.
type seeding struct {
	customers int
	now       time.Time // when the tenant and the key were made; customers have fixed dates
	key       string    // instead of DemoKey and the demo members
	emails    []string  // of further customers
}

func (s seeding) run(tx *sql.Tx) error {
	// The id is another one after each reset, or what was noted about the old tenant's customers would seem to hold.
	tenant, err := addTenant(tx, newUUID(), "Sandbox", s.now)
	if err != nil {
		return err
	}
	key := &apiKey{
		id: uuid{0x5a, 0x4d, 0xb0, 0xc5, 15: 2}.version4(), tenant: tenant, name: "demo", scopes: allScopes(),
		perMinute: demoPerMinute, perHour: demoPerHour,
	}
	text := cmp.Or(s.key, DemoKey)
	if err := addKey(tx, key, text, s.now); err != nil {
		return err
	}
	if text == DemoKey {
		if err := errors.Join(addMember(tx, tenant, DemoAdmin, true), addMember(tx, tenant, DemoMember, false)); err != nil {
			return err
		}
	}
	return s.addCustomers(tx, tenant)
}

// The demo key's limits are out of the way; a rehearsal makes a key with limits of its own.
const (
	demoPerMinute = 600_000
	demoPerHour   = 36_000_000
)

func allScopes() []string { return []string{"customers:read", "customers:write"} }

// addTenant makes a tenant. Its epoch starts at random, so that a tenant of a reset database is never taken for the old one.
func addTenant(tx *sql.Tx, id uuid, name string, now time.Time) (no int64, err error) {
	done, err := tx.Exec("INSERT INTO tenant(id, name, epoch, created_at) VALUES(?,?,?,?)",
		id[:], name, rand.Int64(), now.UnixMicro())
	if err != nil {
		return 0, err
	}
	return done.LastInsertId()
}

func (s seeding) addCustomers(tx *sql.Tx, tenant int64) error {
	st, err := tx.Prepare(seedCustomer)
	if err != nil {
		return err
	}
	defer st.Close()
	taken := map[string]bool{} // the unique index comes later
	for c := range seedCustomers(s.customers) {
		c.tenant = tenant
		if c.email != nil {
			taken[fold(*c.email)] = true
		}
		if err := insert(st, c, c.createdAt, true); err != nil {
			return fmt.Errorf("seed customers: %w", err)
		}
	}
	for _, email := range s.emails {
		c := &customer{
			tenant: tenant, id: newUUID(), email: &email, subscriptions: "[]", instances: "[]",
			createdAt: s.now.UnixMicro(), updatedAt: s.now.UnixMicro(),
		}
		if err := insert(st, c, c.createdAt, !taken[fold(email)]); err != nil {
			return fmt.Errorf("seed emails: %w", err)
		}
		taken[fold(email)] = true
	}
	return nil
}

// seedCustomers makes n customers, the first ones the strangest. Some share their created_at, as rows of one import do; every second batch has no microseconds.
func seedCustomers(n int) iter.Seq[*customer] {
	return func(yield func(*customer) bool) {
		g := newSeeder()
		odd := oddCompanies()
		step := max(2, 3*365*86_400/max(n, 1)) // seconds; three years in all
		at := time.Date(2023, 1, 9, 8, 30, 0, 0, time.UTC).UnixMicro()
		for i := range n {
			if g.IntN(3) > 0 {
				at += int64(1+g.IntN(step)) * 1e6
				at -= at % 1e6
				if g.IntN(2) == 0 {
					at += int64(g.IntN(1e6))
				}
			}
			name := g.company(i)
			if i < len(odd) {
				name = odd[i]
			}
			if !yield(g.customer(i, name, at)) {
				return
			}
		}
	}
}
