package sandbox

import "fmt"

// subscribe gives the customer one to three subscriptions and the instances that run for them.
func (g *seeder) subscribe(c *customer) {
	var subs, runs jsonText
	date := Settings(nil).dateForm()
	subs.open('[')
	for range 1 + g.IntN(3) {
		status := g.one(g.statuses)
		start := c.createdAt + int64(g.IntN(300))*3600e6
		g.writeSubscription(&subs, status, start, date)
		c.subscriptionCount++
		if status == "active" || status == "trialing" {
			c.activeSubscriptionCount++
		}
		c.latestSubscriptionStatus = &status
	}
	subs.close(']')
	runs.open('[')
	for range g.IntN(5) {
		status := g.one(g.runs)
		g.writeInstance(&runs, status, c.createdAt+int64(g.IntN(400))*3600e6, date)
		c.instanceCount++
		if status == "running" {
			c.runningInstanceCount++
		}
	}
	runs.close(']')
	c.subscriptions, c.instances = string(subs.buf), string(runs.buf)
}

func (g *seeder) writeSubscription(w *jsonText, status string, start int64, date dateForm) {
	w.open('{')
	w.textField("id", g.id().String())
	w.textField("plan", g.one(g.plans))
	w.textField("status", status)
	w.intField("quantity", int64(1+g.IntN(25)))
	w.intField("unit_amount", int64(900+100*g.IntN(400)))
	w.textField("interval", g.one(g.intervals))
	w.boolField("cancel_at_period_end", g.IntN(8) == 0)
	w.textField("current_period_start", date(start))
	w.textField("current_period_end", date(start+30*86_400e6))
	w.optField("stripe_subscription_id", g.some(4, fmt.Sprintf("sub_%014X", g.Uint64()>>8)))
	w.textField("created_at", date(start))
	w.close('}')
}

func (g *seeder) writeInstance(w *jsonText, status string, at int64, date dateForm) {
	w.open('{')
	w.textField("id", g.id().String())
	w.textField("name", fmt.Sprintf("%s-%02d", g.one(g.roles), g.IntN(100)))
	w.textField("status", status)
	w.textField("region", g.one(g.regions))
	w.textField("size", g.one(g.sizes))
	w.optField("ip_address", g.some(5, fmt.Sprintf("192.0.2.%d", 1+g.IntN(254))))
	w.key("tags")
	w.open('[')
	for range g.IntN(3) {
		w.text(g.one(g.tags))
	}
	w.close(']')
	w.textField("created_at", date(at))
	w.close('}')
}
