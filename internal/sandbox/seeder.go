package sandbox

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

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
