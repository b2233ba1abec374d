package customers

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// usualColumns are the columns that a table of subscriptions or instances has without -o wide: the contract leaves their shape
// open.
const usualColumns = 6

// customerDetail returns the detail view of a customer.
func customerDetail(c client.CustomerDetail) []output.Section {
	return []output.Section{
		{Title: "Identity", Rows: []output.Field{
			{Label: "ID", Value: c.ID},
			{Label: "Email", Value: c.Email},
			{Label: "Company", Value: c.CompanyName},
			{Label: "Created", Value: shownTime(c.CreatedAt)},
			{Label: "Updated", Value: shownTime(c.UpdatedAt)},
		}},
		{Title: "Locale and billing", Rows: []output.Field{
			{Label: "Country", Value: c.CountryCode},
			{Label: "Currency", Value: c.Currency},
			{Label: "Locale", Value: c.Locale},
			{Label: "Timezone", Value: c.Timezone},
			{Label: "Stripe customer", Value: c.StripeCustomerID},
		}},
		{Title: "Subscriptions", Rows: []output.Field{
			{Label: "Active/total", Value: fraction(c.ActiveSubscriptionCount, c.SubscriptionCount)},
			{Label: "Latest status", Value: c.LatestSubscriptionStatus, Color: statusColor(c.Customer)},
		}, Table: grid(c.Subscriptions)},
		{Title: "Instances", Rows: []output.Field{
			{Label: "Running/total", Value: fraction(c.RunningInstanceCount, c.InstanceCount)},
		}, Table: grid(c.Instances)},
	}
}

// maxGridColumns bounds a table of objects that have all other members: it has a cell for each object and column.
const maxGridColumns = 32

// grid returns a table of objects of any shape: the scalar members of all of them.
func grid(items []json.RawMessage) *output.DetailTable {
	if len(items) == 0 {
		return nil
	}
	headers, others := gridMembers(items)
	if len(headers) == 0 { // each is shown as it is
		g := &output.DetailTable{Headers: []string{"value"}}
		for _, item := range items {
			g.Rows = append(g.Rows, []any{string(item)})
		}
		return g
	}
	g := &output.DetailTable{Usual: usualColumns, Others: others}
	for _, name := range headers {
		g.Headers = append(g.Headers, gridHeader(name))
	}
	for _, item := range items {
		g.Rows = append(g.Rows, gridRow(item, headers))
	}
	g.Color = func(column int, value any) output.Color {
		if status, ok := value.(string); ok && headers[column] == "status" {
			return colorOf(status)
		}
		return output.Plain
	}
	return g
}

// gridHeader returns the header of a member. Amounts of money are whole numbers of the currency's smallest unit.
func gridHeader(name string) string {
	header := strings.ReplaceAll(name, "_", " ")
	if name == "amount" || strings.HasSuffix(name, "_amount") {
		header += " (minor units)"
	}
	return header
}

func gridRow(item json.RawMessage, headers []string) []any {
	var object map[string]json.RawMessage
	row := make([]any, len(headers))
	if json.Unmarshal(item, &object) != nil {
		row[0] = string(item)
		return row
	}
	for i, name := range headers {
		row[i] = plainValue(object[name])
	}
	return row
}

// gridMembers returns the names of the objects' scalar members as they come, but those that a person rarely looks for last. others
// are the names of the members that a table has no place for.
func gridMembers(items []json.RawMessage) (names, others []string) {
	var plain, left []jsonobject.Member
	seen := map[string]bool{}
	for _, item := range items {
		members, _ := jsonobject.Members(item) // none of another value
		for _, m := range members {
			switch scalar := m.Value[0] != '{' && m.Value[0] != '['; {
			case seen[m.Name]:
				continue
			case scalar && len(plain) < maxGridColumns:
				plain = append(plain, m)
			default:
				left = append(left, m)
			}
			seen[m.Name] = true
		}
	}
	slices.SortStableFunc(plain, func(a, b jsonobject.Member) int { return cmp.Compare(memberRank(a), memberRank(b)) })
	for _, m := range plain {
		names = append(names, m.Name)
	}
	for _, m := range left {
		others = append(others, strings.ToUpper(strings.ReplaceAll(m.Name, "_", " ")))
	}
	return names, others
}

// memberRank is 0 for most members, 1 for yes or no and times, and 2 for IDs.
func memberRank(m jsonobject.Member) int {
	var at time.Time
	switch {
	case m.Name == "id" || strings.HasSuffix(m.Name, "_id"):
		return 2
	case m.Value[0] == 't' || m.Value[0] == 'f' || m.Value[0] == '"' && at.UnmarshalJSON(m.Value) == nil:
		return 1
	}
	return 0
}

// plainValue returns a scalar as it is, a number with all its digits, and the JSON of anything else.
func plainValue(raw json.RawMessage) any {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var value any
	_ = dec.Decode(&value) // a missing member is null
	switch value.(type) {
	case map[string]any, []any:
		return string(raw)
	}
	return value
}

// detailColumns returns the columns of the full record: those of a list, and the fields that lists lack.
func detailColumns() []output.Column[client.CustomerDetail] {
	type column = output.Column[client.CustomerDetail]
	var columns []column
	for _, c := range customerColumns() {
		columns = append(columns, output.ColumnOf(c, func(d client.CustomerDetail) client.Customer { return d.Customer }))
	}
	return withValues(detailFields(), append(columns,
		column{Name: "locale", Sets: output.CSV, Drop: 1},
		column{Name: "stripe_customer_id", Sets: output.CSV, Drop: 1},
		column{Name: "updated_at", Sets: output.CSV, Drop: 1, Value: func(d client.CustomerDetail) any { return shownTime(d.UpdatedAt) }},
	))
}
