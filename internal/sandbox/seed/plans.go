package seed

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// subscription is an entry of a customer's subscriptions. Its values are drawn in the order of its fields.
type subscription struct {
	ID                 string  `json:"id"`
	Plan               string  `json:"plan"`
	Status             string  `json:"status"`
	Quantity           int     `json:"quantity"`
	UnitAmount         int     `json:"unit_amount"`
	Interval           string  `json:"interval"`
	CancelAtPeriodEnd  bool    `json:"cancel_at_period_end"`
	CurrentPeriodStart string  `json:"current_period_start"`
	CurrentPeriodEnd   string  `json:"current_period_end"`
	StripeID           *string `json:"stripe_subscription_id"`
	CreatedAt          string  `json:"created_at"`
}

// instance is an entry of a customer's instances.
type instance struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Status    string   `json:"status"`
	Region    string   `json:"region"`
	Size      string   `json:"size"`
	IPAddress *string  `json:"ip_address"`
	Tags      []string `json:"tags"`
	CreatedAt string   `json:"created_at"`
}

// subscribe gives the customer one to three subscriptions and the instances that run for them.
func (g *generator) subscribe(c *store.Customer) {
	var subscriptions []subscription
	for range 1 + g.IntN(3) {
		s := g.subscription(c.CreatedAt)
		subscriptions = append(subscriptions, s)
		c.SubscriptionCount++
		if s.Status == "active" || s.Status == "trialing" {
			c.ActiveSubscriptionCount++
		}
		c.LatestSubscriptionStatus = &s.Status
	}
	instances := []instance{}
	for range g.IntN(5) {
		i := g.instance(c.CreatedAt)
		instances = append(instances, i)
		c.InstanceCount++
		if i.Status == "running" {
			c.RunningInstanceCount++
		}
	}
	c.Subscriptions, c.Instances = text(subscriptions), text(instances)
}

func (g *generator) subscription(customerSince int64) subscription {
	status := g.one(g.statuses)
	start := customerSince + int64(g.IntN(300))*3600e6
	return subscription{
		ID: g.id().String(), Plan: g.one(g.plans), Status: status, Quantity: 1 + g.IntN(25), UnitAmount: 900 + 100*g.IntN(400),
		Interval: g.one(g.intervals), CancelAtPeriodEnd: g.IntN(8) == 0, CurrentPeriodStart: date(start),
		CurrentPeriodEnd: date(start + 30*86_400e6), StripeID: g.some(4, fmt.Sprintf("sub_%014X", g.Uint64()>>8)),
		CreatedAt: date(start),
	}
}

func (g *generator) instance(customerSince int64) instance {
	status := g.one(g.runs)
	at := customerSince + int64(g.IntN(400))*3600e6
	i := instance{
		ID: g.id().String(), Name: fmt.Sprintf("%s-%02d", g.one(g.roles), g.IntN(100)), Status: status, Region: g.one(g.regions),
		Size: g.one(g.sizes), IPAddress: g.some(5, fmt.Sprintf("192.0.2.%d", 1+g.IntN(254))), Tags: []string{}, CreatedAt: date(at),
	}
	for range g.IntN(3) {
		i.Tags = append(i.Tags, g.one(g.tags))
	}
	return i
}

// date is a time in microseconds as the API writes it by default.
func date(us int64) string {
	t := time.UnixMicro(us).UTC()
	if us%1e6 == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}

// text is JSON of values that have it.
func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
