package customers

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

// stat is the number of customers in a group, or a total.
type stat struct {
	Group string   `json:"group"`
	Value *string  `json:"value"` // null is the group of the customers without one
	Count int64    `json:"count"`
	Share *float64 `json:"share"` // of all customers, 0 to 1; null for a total
}

func statColumns() []output.Column[stat] {
	type column = output.Column[stat]
	return []column{
		{Name: "group", Value: func(s stat) any { return s.Group }},
		{Name: "value", Fit: output.FitEnd, Value: func(s stat) any { return s.Value }},
		{Name: "count", Align: output.AlignRight, Value: func(s stat) any { return s.Count }},
		{Name: "share", Align: output.AlignRight, Value: func(s stat) any { return s.Share }},
	}
}

// grouping is the number of customers by the value of a field. Dates are grouped by period.
type grouping struct {
	field  query.Field[client.Customer]
	period string // one of periods, for a date
	counts map[string]int64
	none   int64 // customers without a value
}

// add counts a customer.
func (g *grouping) add(r client.Customer) {
	value, ok := g.value(r)
	switch {
	case !ok:
		g.none++
	case g.counts[value] > 0:
		g.counts[value]++
	default:
		g.counts[strings.Clone(value)] = 1 // do not pin the page that it came with
	}
}

// value returns what a customer is counted by; ok is false for one without a value.
func (g *grouping) value(r client.Customer) (value string, ok bool) {
	switch f := g.field; {
	case f.Text != nil:
		if text := f.Text(r); text != nil {
			return *text, true
		}
	case f.Number != nil:
		if n := f.Number(r); n != nil {
			return strconv.FormatInt(*n, 10), true
		}
	default:
		if at := f.Time(r); !at.IsZero() {
			return periodOf(g.period, at), true
		}
	}
	return "", false
}

// list returns the groups: numbers and dates in order, texts by size, the customers without a value last.
func (g *grouping) list(customers int64) []stat {
	group := func(value *string, n int64) stat {
		return stat{Group: g.field.Name, Value: value, Count: n, Share: new(math.Round(1e4*float64(n)/float64(customers)) / 1e4)}
	}
	list := make([]stat, 0, len(g.counts)+1)
	for value, n := range g.counts {
		list = append(list, group(&value, n))
	}
	slices.SortFunc(list, func(a, b stat) int {
		switch {
		case g.field.Number != nil:
			return cmp.Compare(number(a), number(b))
		case g.field.Text != nil && a.Count != b.Count:
			return cmp.Compare(b.Count, a.Count)
		}
		return cmp.Compare(*a.Value, *b.Value)
	})
	if g.none > 0 {
		list = append(list, group(nil, g.none))
	}
	return list
}

// defaultGroups are the fields that customers are counted by without --by.
func defaultGroups() []string {
	return []string{"country_code", "currency", "latest_subscription_status", "running_instance_count", "created_at"}
}

// total is a count over all customers.
type total struct {
	name, label string // label is its name in a chart
	count       func(client.Customer) *int64
}

func totals() []total {
	one := int64(1)
	return []total{
		{"customers", "customers", func(client.Customer) *int64 { return &one }},
		{"subscriptions", "subscriptions", func(c client.Customer) *int64 { return c.SubscriptionCount }},
		{"active_subscriptions", "  of them active", func(c client.Customer) *int64 { return c.ActiveSubscriptionCount }},
		{"instances", "instances", func(c client.Customer) *int64 { return c.InstanceCount }},
		{"running_instances", "  of them running", func(c client.Customer) *int64 { return c.RunningInstanceCount }},
	}
}

// statistics holds the counts over all customers.
type statistics struct {
	totals      []total
	sums        []int64 // of totals
	period      string  // one of periods
	groupings   []*grouping
	now, latest time.Time // the latest creation that is not in the future
}

func newStatistics(by []query.Field[client.Customer], period string, now time.Time) *statistics {
	c := &statistics{totals: totals(), period: period, now: now}
	c.sums = make([]int64, len(c.totals))
	for _, f := range by {
		c.groupings = append(c.groupings, &grouping{field: f, period: period, counts: map[string]int64{}})
	}
	return c
}

func (c *statistics) add(r client.Customer) {
	for i, t := range c.totals {
		if n := t.count(r); n != nil && *n > 0 {
			c.sums[i] += min(*n, math.MaxInt64-c.sums[i]) // no overflow on absurd counts
		}
	}
	for _, g := range c.groupings {
		g.add(r)
	}
	if at := r.CreatedAt.Time; at.After(c.latest) && !at.After(c.now) {
		c.latest = at
	}
}

// customers returns how many customers were counted, the first of the totals.
func (c *statistics) customers() int64 { return c.sums[0] }

// stats returns the totals, then the groups of each field.
func (c *statistics) stats() (all []stat) {
	for i, t := range c.totals {
		all = append(all, stat{Group: "total", Value: &t.name, Count: c.sums[i]})
	}
	for _, g := range c.groupings {
		all = append(all, g.list(c.customers())...)
	}
	return all
}

func number(s stat) int64 {
	n, _ := strconv.ParseInt(*s.Value, 10, 64) // formatted from an integer
	return n
}

// envelope returns the envelope of json and yaml.
func (c *statistics) envelope(complete bool) output.Envelope {
	return output.Envelope{Key: "stats", Schema: "customers.stats", Members: func() []output.Member {
		return []output.Member{{Name: "customers", Value: c.customers()}, {Name: "period", Value: c.period}, {Name: "complete", Value: complete}}
	}}
}

// periods returns the values of --period.
func periods() []string { return []string{"day", "week", "month"} }

// periodOf returns the day, the week (ISO 8601) or the month of t in UTC.
func periodOf(period string, t time.Time) string {
	t = t.UTC()
	switch period {
	case "day":
		return t.Format("2006-01-02")
	case "week":
		year, week := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	}
	return t.Format("2006-01")
}
