package sandbox

import (
	"strings"
	"time"
)

// customer is a row of the table.
type customer struct {
	no     int64
	tenant int64
	id     uuid

	email, companyName, countryCode, currency, industry, locale, timezone *string

	stripeID             *string
	createdAt, updatedAt int64 // microseconds since 1970

	subscriptionCount, activeSubscriptionCount, instanceCount, runningInstanceCount int64

	latestSubscriptionStatus *string

	subscriptions, instances string // JSON arrays

	rules      int64 // how many it has; the contract shows none of them
	clonedFrom *uuid
	requestID  *string // what created it; nil for seeded ones
	attempt    int64   // of that request
}

// fold is the form of an email that must be unique in a tenant.
func fold(email string) string { return strings.ToLower(email) }

// dateForm renders microseconds since 1970.
type dateForm func(us int64) string

func (s Settings) dateForm() dateForm {
	suffix := map[string]string{"offset": "+00:00", "naive": ""}
	end, given := suffix[s[setDates]]
	if !given {
		end = "Z"
	}
	return func(us int64) string {
		layout := "2006-01-02T15:04:05.000000"
		if us%1e6 == 0 {
			layout = "2006-01-02T15:04:05" // Python leaves microseconds out when there are none
		}
		return time.UnixMicro(us).UTC().Format(layout) + end
	}
}

// writeRow is a customer of a list.
func (c *customer) writeRow(w *jsonText, date dateForm) {
	w.open('{')
	w.intField("active_subscription_count", c.activeSubscriptionCount)
	w.optField("company_name", c.companyName)
	w.optField("country_code", c.countryCode)
	w.textField("created_at", date(c.createdAt))
	w.optField("currency", c.currency)
	w.optField("email", c.email)
	w.textField("id", c.id.String())
	w.intField("instance_count", c.instanceCount)
	w.optField("latest_subscription_status", c.latestSubscriptionStatus)
	w.intField("running_instance_count", c.runningInstanceCount)
	w.intField("subscription_count", c.subscriptionCount)
	w.optField("timezone", c.timezone)
	w.close('}')
}

// writeDetail is a customer on its own.
func (c *customer) writeDetail(w *jsonText, date dateForm) {
	w.open('{')
	w.intField("active_subscription_count", c.activeSubscriptionCount)
	w.optField("company_name", c.companyName)
	w.optField("country_code", c.countryCode)
	w.textField("created_at", date(c.createdAt))
	w.optField("currency", c.currency)
	w.optField("email", c.email)
	w.textField("id", c.id.String())
	w.intField("instance_count", c.instanceCount)
	w.key("instances")
	w.raw(c.instances)
	w.optField("latest_subscription_status", c.latestSubscriptionStatus)
	w.optField("locale", c.locale)
	w.intField("running_instance_count", c.runningInstanceCount)
	w.optField("stripe_customer_id", c.stripeID)
	w.intField("subscription_count", c.subscriptionCount)
	w.key("subscriptions")
	w.raw(c.subscriptions)
	w.optField("timezone", c.timezone)
	w.textField("updated_at", date(c.updatedAt))
	w.close('}')
}

// writeCreated is the answer to create and clone.
func (c *customer) writeCreated(w *jsonText, date dateForm) {
	w.open('{')
	w.optField("company_name", c.companyName)
	w.textField("created_at", date(c.createdAt))
	w.optField("email", c.email)
	w.textField("id", c.id.String())
	w.close('}')
}
