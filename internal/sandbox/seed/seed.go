// Package seed makes up customers, the same ones every time.
package seed

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Customers makes n customers of a tenant, the strangest first. Some share their created_at, as rows of one import do; half
// of the batches have no microseconds.
func Customers(tenant int64, n int) iter.Seq[*store.Customer] {
	return func(yield func(*store.Customer) bool) {
		g := newGenerator()
		unusual := unusualCompanies()
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
			if i < len(unusual) {
				name = unusual[i]
			}
			c := g.customer(i, name, at)
			c.Tenant = tenant
			if !yield(c) {
				return
			}
		}
	}
}

// generator draws from a fixed sequence and from lists that are built once.
type generator struct {
	*rand.Rand
	places                      []place
	industries, firsts, lasts   []string
	domains, legal              []string
	plans, statuses, intervals  []string
	roles, runs, regions, sizes []string
	tags                        []string
}

func newGenerator() *generator {
	return &generator{
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

func (g *generator) id() uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], g.Uint64())
	binary.BigEndian.PutUint64(u[8:], g.Uint64())
	return version4(u)
}

func version4(u uuid.UUID) uuid.UUID {
	u[6] = u[6]&0x0F | 0x40
	u[8] = u[8]&0x3F | 0x80
	return u
}

func (g *generator) one(list []string) string { return list[g.IntN(len(list))] }

// some is nil one time in n.
func (g *generator) some(n int, text string) *string {
	if g.IntN(n) == 0 {
		return nil
	}
	return &text
}

func (g *generator) customer(i int, company string, at int64) *store.Customer {
	p := g.places[g.IntN(len(g.places))]
	c := &store.Customer{
		ID: g.id(), CreatedAt: at, UpdatedAt: at + int64(g.IntN(90))*86_400e6,
		CompanyName: g.some(25, company), CountryCode: g.some(12, p.country), Currency: g.some(12, p.currency),
		Locale: g.some(6, p.locale), Timezone: g.some(9, p.timezone), Industry: g.some(3, g.one(g.industries)),
		Email:    g.some(15, g.email(i)),
		StripeID: g.some(3, fmt.Sprintf("cus_%014X", g.Uint64()>>8)), Rules: int64(g.IntN(12)),
	}
	c.Subscriptions, c.Instances = "[]", "[]"
	if i%5 > 0 { // every fifth has bought nothing yet
		g.subscribe(c)
	}
	return c
}

// email is unique by its number; now and then it has capitals, a plus or an international domain.
func (g *generator) email(i int) string {
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

func (g *generator) company(i int) string {
	name := g.one(g.lasts)
	return fmt.Sprintf("%c%s %s %s", name[0]-32, name[1:], g.one(g.industries), g.legal[i%len(g.legal)])
}
