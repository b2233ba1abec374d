package sandbox

import (
	"database/sql"
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

// seeding fills a new database: the default tenant, its demo key and made-up customers, the same ones every time.
type seeding struct {
	customers int
	now       time.Time // when the tenant and the key were made; customers have fixed dates
}

// defaultTenantID is the same in every sandbox.
const defaultTenantID = "5a4db0c5-0000-4000-8000-000000000001"

func (s seeding) run(tx *sql.Tx) error {
	id, _ := parseUUID(defaultTenantID)
	tenant, err := addTenant(tx, id, "Sandbox", s.now)
	if err != nil {
		return err
	}
	key := &apiKey{
		id: uuid{0x5a, 0x4d, 0xb0, 0xc5, 15: 2}.version4(), tenant: tenant, name: "demo", scopes: allScopes(),
		perMinute: demoPerMinute, perHour: demoPerHour,
	}
	if err := addKey(tx, key, DemoKey, s.now); err != nil {
		return err
	}
	if err := addMember(tx, tenant, DemoAdmin, true); err != nil {
		return err
	}
	if err := addMember(tx, tenant, DemoMember, false); err != nil {
		return err
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
	for c := range seedCustomers(s.customers) {
		c.tenant = tenant
		if err := insert(st, c, c.createdAt, true); err != nil {
			return fmt.Errorf("seed customers: %w", err)
		}
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

// seeder draws from a fixed sequence and from lists that are made once.
type seeder struct {
	*rand.Rand
	places                      []place
	industries, firsts, lasts   []string
	domains, legal              []string
	plans, statuses, intervals  []string
	roles, runs, regions, sizes []string
	tags                        []string
}

func newSeeder() *seeder {
	return &seeder{
		Rand: rand.New(rand.NewPCG(20240229, 7)), places: places(), industries: industries(), firsts: firstNames(), lasts: lastNames(),
		domains:   []string{"example.com", "example.org", "example.net", "mail.example.com", "xn--bcher-kva.example"},
		legal:     []string{"Ltd", "GmbH", "Inc.", "SARL", "& Sons", "Oy"},
		plans:     []string{"starter", "team", "business", "enterprise"},
		statuses:  []string{"active", "active", "active", "trialing", "past_due", "canceled", "incomplete", "paused"},
		intervals: []string{"month", "year"},
		roles:     []string{"web", "worker", "db", "agent", "proxy"},
		runs:      []string{"running", "running", "running", "stopped", "provisioning", "error"},
		regions:   []string{"eu-central", "eu-west", "us-east", "us-west", "ap-south"},
		sizes:     []string{"s", "m", "l", "xl"},
		tags:      []string{"prod", "staging", "beta", "größe", "夜間"},
	}
}

func (g *seeder) id() uuid {
	var u uuid
	binary.BigEndian.PutUint64(u[:8], g.Uint64())
	binary.BigEndian.PutUint64(u[8:], g.Uint64())
	return u.version4()
}

func (g *seeder) one(list []string) string { return list[g.IntN(len(list))] }

// some is nil one time in n.
func (g *seeder) some(n int, text string) *string {
	if g.IntN(n) == 0 {
		return nil
	}
	return &text
}

func (g *seeder) customer(i int, company string, at int64) *customer {
	p := g.places[g.IntN(len(g.places))]
	c := &customer{
		id: g.id(), createdAt: at, updatedAt: at + int64(g.IntN(90))*86_400e6,
		companyName: g.some(25, company), countryCode: g.some(12, p.country), currency: g.some(12, p.currency),
		locale: g.some(6, p.locale), timezone: g.some(9, p.timezone), industry: g.some(3, g.one(g.industries)),
		email:    g.some(15, g.email(i)),
		stripeID: g.some(3, fmt.Sprintf("cus_%014X", g.Uint64()>>8)), rules: int64(g.IntN(12)),
	}
	c.subscriptions, c.instances = "[]", "[]"
	if i%5 > 0 { // every fifth has bought nothing yet
		g.subscribe(c)
	}
	return c
}

// email is unique by its number; now and then it has capitals, a plus or an international domain.
func (g *seeder) email(i int) string {
	first, last := g.one(g.firsts), g.one(g.lasts)
	domain := g.one(g.domains)
	switch i % 11 {
	case 3:
		return fmt.Sprintf("%s.%s+billing%d@%s", first, last, i, domain)
	case 7:
		return fmt.Sprintf("%c%s_%s%d@Example.COM", first[0]-32, first[1:], last, i)
	case 9:
		return fmt.Sprintf("%s-%d@bücher.example", last, i)
	}
	return fmt.Sprintf("%s.%s%d@%s", first, last, i, domain)
}

func (g *seeder) company(i int) string {
	name := g.one(g.lasts)
	return fmt.Sprintf("%c%s %s %s", name[0]-32, name[1:], g.one(g.industries), g.legal[i%len(g.legal)])
}
