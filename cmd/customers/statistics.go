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

// value is what customers are grouped by; the zero value is null.
type value struct {
	text  string
	given bool
}

// groups is the number of customers by value.
type groups map[value]int64

func (g groups) add(text *string) {
	if text == nil {
		g[value{}]++
		return
	}
	if v := (value{*text, true}); g[v] > 0 {
		g[v]++
		return
	}
	g[value{strings.Clone(*text), true}]++ // do not pin the page that it came with
}

// grouping is the number of customers by the value of a field. Dates are grouped by period.
type grouping struct {
	field  query.Field[client.Customer]
	period string // one of periods, for a date
	groups groups
}

// add counts a customer.
func (g *grouping) add(r client.Customer) {
	f := g.field
	switch {
	case f.Text != nil:
		g.groups.add(f.Text(r))
		return
	case f.Number != nil:
		if n := f.Number(r); n != nil {
			g.groups.add(new(strconv.FormatInt(*n, 10)))
			return
		}
	default:
		if at := f.Time(r); !at.IsZero() {
			g.groups.add(new(periodOf(g.period, at)))
			return
		}
	}
	g.groups.add(nil)
}

// list returns the groups in order, the customers without a value last.
func (g *grouping) list(customers int64) []stat {
	order := bySize
	switch {
	case g.field.Number != nil:
		order = byNumber
	case g.field.Time != nil:
		order = byValue
	}
	list := make([]stat, 0, len(g.groups))
	for v, n := range g.groups {
		s := stat{Group: g.field.Name, Count: n, Share: new(math.Round(1e4*float64(n)/float64(customers)) / 1e4)}
		if v.given {
			s.Value = &v.text
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b stat) int {
		if a.Value == nil || b.Value == nil {
			return cmp.Compare(isNull(a), isNull(b))
		}
		return cmp.Or(order(a, b), byValue(a, b))
	})
	return list
}

// defaultGroups are the fields that customers are counted by without --by.
func defaultGroups() []string {
	return []string{"country_code", "currency", "latest_subscription_status", "running_instance_count", "created_at"}
}

// statistics holds the counts over all customers.
type statistics struct {
	customers           int64
	subscriptions       int64
	activeSubscriptions int64
	instances           int64
	runningInstances    int64
	period              string // one of periods
	groupings           []*grouping
	now, latest         time.Time // the latest creation that is not in the future
}

func newStatistics(by []query.Field[client.Customer], period string, now time.Time) *statistics {
	c := &statistics{period: period, now: now}
	for _, f := range by {
		c.groupings = append(c.groupings, &grouping{field: f, period: period, groups: groups{}})
	}
	return c
}

func (c *statistics) add(r client.Customer) {
	c.customers++
	addTo(&c.subscriptions, r.SubscriptionCount)
	addTo(&c.activeSubscriptions, r.ActiveSubscriptionCount)
	addTo(&c.instances, r.InstanceCount)
	addTo(&c.runningInstances, r.RunningInstanceCount)
	for _, g := range c.groupings {
		g.add(r)
	}
	if at := r.CreatedAt.Time; at.After(c.latest) && !at.After(c.now) {
		c.latest = at
	}
}

// addTo adds a count that may be missing, without an overflow on absurd ones.
func addTo(total, n *int64) {
	if n != nil && *n > 0 {
		*total += min(*n, math.MaxInt64-*total)
	}
}

// totals returns the counts over all customers.
func (c *statistics) totals() []stat {
	total := func(name string, n int64) stat { return stat{Group: "total", Value: &name, Count: n} }
	return []stat{
		total("customers", c.customers),
		total("subscriptions", c.subscriptions),
		total("active_subscriptions", c.activeSubscriptions),
		total("instances", c.instances),
		total("running_instances", c.runningInstances),
	}
}

// stats returns the totals, then the groups of each field.
func (c *statistics) stats() []stat {
	all := c.totals()
	for _, g := range c.groupings {
		all = append(all, g.list(c.customers)...)
	}
	return all
}

func isNull(s stat) int {
	if s.Value == nil {
		return 1
	}
	return 0
}

func bySize(a, b stat) int { return cmp.Compare(b.Count, a.Count) }

func byValue(a, b stat) int { return cmp.Compare(*a.Value, *b.Value) }

func byNumber(a, b stat) int { return cmp.Compare(number(a), number(b)) }

func number(s stat) int64 {
	n, _ := strconv.ParseInt(*s.Value, 10, 64) // formatted from an integer
	return n
}

// envelope returns the envelope of json and yaml.
func (c *statistics) envelope(complete bool) output.Envelope {
	return output.Envelope{Key: "stats", Schema: "customers.stats", Members: func() []output.Member {
		return []output.Member{{Name: "customers", Value: c.customers}, {Name: "period", Value: c.period}, {Name: "complete", Value: complete}}
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
