package seed

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// record is an entry of a customer's subscriptions or instances. Its values are drawn in the order in which they stand.
type record map[string]any

// subscribe adds one to three subscriptions to the customer, and the instances that run for them.
func (g *generator) subscribe(c *store.Customer) {
	var subscriptions []record
	for range 1 + g.IntN(3) {
		status := g.one(g.statuses)
		subscriptions = append(subscriptions, g.subscription(status, c.CreatedAt+int64(g.IntN(300))*3600e6))
		c.SubscriptionCount++
		if status == "active" || status == "trialing" {
			c.ActiveSubscriptionCount++
		}
		c.LatestSubscriptionStatus = &status
	}
	instances := []record{}
	for range g.IntN(5) {
		status := g.one(g.runs)
		instances = append(instances, g.instance(status, c.CreatedAt+int64(g.IntN(400))*3600e6))
		c.InstanceCount++
		if status == "running" {
			c.RunningInstanceCount++
		}
	}
	c.Subscriptions, c.Instances = text(subscriptions), text(instances)
}

func (g *generator) subscription(status string, start int64) record {
	return record{
		"id": g.id(), "plan": g.one(g.plans), "status": status, "quantity": 1 + g.IntN(25), "unit_amount": 900 + 100*g.IntN(400),
		"interval": g.one(g.intervals), "cancel_at_period_end": g.IntN(8) == 0, "current_period_start": date(start),
		"current_period_end": date(start + 30*86_400e6), "stripe_subscription_id": g.some(4, fmt.Sprintf("sub_%014X", g.Uint64()>>8)),
		"created_at": date(start),
	}
}

func (g *generator) instance(status string, at int64) record {
	tags := []string{}
	i := record{
		"id": g.id(), "name": fmt.Sprintf("%s-%02d", g.one(g.roles), g.IntN(100)), "status": status, "region": g.one(g.regions),
		"size": g.one(g.sizes), "ip_address": g.some(5, fmt.Sprintf("192.0.2.%d", 1+g.IntN(254))), "created_at": date(at),
	}
	for range g.IntN(3) {
		tags = append(tags, g.one(g.tags))
	}
	i["tags"] = tags
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
