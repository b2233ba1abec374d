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
		{Name: "group", Sets: output.Default | output.CSV, Value: func(s stat) any { return s.Group }},
		{Name: "value", Sets: output.Default | output.CSV, Fit: output.FitEnd, Value: func(s stat) any { return s.Value }},
		{Name: "count", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(s stat) any { return s.Count }},
		{Name: "share", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(s stat) any { return s.Share }},
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

// statistics holds the counts over all customers.
type statistics struct {
	by                   string // one of periods
	customers            int64
	subscriptions        int64
	activeSubscriptions  int64
	instances            int64
	runningInstances     int64
	country, currency    groups
	status, running, age groups
	now, latest          time.Time // the latest creation that is not in the future
}

func newStatistics(by string, now time.Time) *statistics {
	return &statistics{by: by, now: now, country: groups{}, currency: groups{}, status: groups{}, running: groups{}, age: groups{}}
}

func (c *statistics) add(r client.Customer) {
	c.customers++
	for total, n := range map[*int64]*int64{
		&c.subscriptions: r.SubscriptionCount, &c.activeSubscriptions: r.ActiveSubscriptionCount,
		&c.instances: r.InstanceCount, &c.runningInstances: r.RunningInstanceCount,
	} {
		if n != nil && *n > 0 {
			*total += min(*n, math.MaxInt64-*total) // no overflow on absurd counts
		}
	}
	c.country.add(r.CountryCode)
	c.currency.add(r.Currency)
	c.status.add(r.LatestSubscriptionStatus)
	var running, age *string
	if r.RunningInstanceCount != nil {
		running = new(strconv.FormatInt(*r.RunningInstanceCount, 10))
	}
	if at := r.CreatedAt.Time; !at.IsZero() {
		age = new(periodOf(c.by, at))
		if at.After(c.latest) && !at.After(c.now) {
			c.latest = at
		}
	}
	c.running.add(running)
	c.age.add(age)
}

// stats returns the totals, then the groups of each kind.
func (c *statistics) stats() []stat {
	total := func(name string, n int64) stat { return stat{Group: "total", Value: &name, Count: n} }
	all := []stat{
		total("customers", c.customers),
		total("subscriptions", c.subscriptions),
		total("active_subscriptions", c.activeSubscriptions),
		total("instances", c.instances),
		total("running_instances", c.runningInstances),
	}
	for _, kind := range []struct {
		name   string
		groups groups
		order  func(a, b stat) int
	}{
		{"country", c.country, bySize},
		{"currency", c.currency, bySize},
		{"subscription_status", c.status, bySize},
		{"running_instances", c.running, byNumber},
		{"new_per_" + c.by, c.age, byValue},
	} {
		all = append(all, c.list(kind.name, kind.groups, kind.order)...)
	}
	return all
}

// list returns the groups of a kind in order, the customers without a value last.
func (c *statistics) list(name string, g groups, order func(a, b stat) int) []stat {
	list := make([]stat, 0, len(g))
	for v, n := range g {
		s := stat{Group: name, Count: n, Share: new(math.Round(1e4*float64(n)/float64(c.customers)) / 1e4)}
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
	return output.Envelope{Key: "stats", Members: func() []output.Member {
		return []output.Member{{Name: "customers", Value: c.customers}, {Name: "by", Value: c.by}, {Name: "complete", Value: complete}}
	}}
}

// periods returns the values of --by.
func periods() []string { return []string{"day", "week", "month"} }

// periodOf returns the day, the week (ISO 8601) or the month of t in UTC.
func periodOf(by string, t time.Time) string {
	t = t.UTC()
	switch by {
	case "day":
		return t.Format("2006-01-02")
	case "week":
		year, week := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	}
	return t.Format("2006-01")
}
