package customers

import (
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

// customerFields are the fields of --where and --sort-by: the columns of a list, under the same names and titles.
func customerFields() []query.Field[client.Customer] {
	type field = query.Field[client.Customer]
	return []field{
		{Name: "email", Text: func(c client.Customer) *string { return c.Email }},
		{Name: "company_name", Aliases: []string{"company"}, Text: func(c client.Customer) *string { return c.CompanyName }},
		{Name: "country_code", Aliases: []string{"country"}, Text: func(c client.Customer) *string { return c.CountryCode }},
		{Name: "currency", Text: func(c client.Customer) *string { return c.Currency }},
		{Name: "timezone", Text: func(c client.Customer) *string { return c.Timezone }},
		{Name: "subscription_count", Aliases: []string{"subs"}, Number: func(c client.Customer) *int64 { return c.SubscriptionCount }},
		{Name: "active_subscription_count", Aliases: []string{"active"}, Number: func(c client.Customer) *int64 { return c.ActiveSubscriptionCount }},
		{Name: "instance_count", Aliases: []string{"instances"}, Number: func(c client.Customer) *int64 { return c.InstanceCount }},
		{Name: "running_instance_count", Aliases: []string{"running"}, Number: func(c client.Customer) *int64 { return c.RunningInstanceCount }},
		{Name: "latest_subscription_status", Aliases: []string{"status"}, Text: func(c client.Customer) *string { return c.LatestSubscriptionStatus }},
		{Name: "created_at", Aliases: []string{"created"}, Time: func(c client.Customer) time.Time { return c.CreatedAt.Time }},
		{Name: "id", Text: func(c client.Customer) *string { return &c.ID }},
	}
}

// detailFields are the fields of wait --for: those of a list, and those that only the full record has.
func detailFields() []query.Field[client.CustomerDetail] {
	type field = query.Field[client.CustomerDetail]
	var fields []field
	for _, f := range customerFields() {
		fields = append(fields, query.Of(f, func(d client.CustomerDetail) client.Customer { return d.Customer }))
	}
	return append(fields,
		field{Name: "locale", Text: func(d client.CustomerDetail) *string { return d.Locale }},
		field{Name: "stripe_customer_id", Text: func(d client.CustomerDetail) *string { return d.StripeCustomerID }},
		field{Name: "updated_at", Aliases: []string{"updated"}, Time: func(d client.CustomerDetail) time.Time { return d.UpdatedAt.Time }},
	)
}

// shownTime returns a date as a cell of the output.
func shownTime(t client.Timestamp) any {
	if t.Raw == "" {
		return nil
	}
	return output.Time{At: t.Time, Raw: t.Raw, Valid: !t.Time.IsZero()}
}

// fraction returns part/total, with ? for a number that the server did not send.
func fraction(part, total *int64) any {
	if part == nil && total == nil {
		return nil
	}
	text := func(n *int64) string {
		if n == nil {
			return "?"
		}
		return fmt.Sprint(*n)
	}
	return text(part) + "/" + text(total)
}
