package output

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// customer stands for a record that keeps what the server sent.
type customer struct {
	Email, Company, Country, Status, Timezone *string
	Subs, Running, Instances                  *int64
	Created                                   Time
	ID                                        string
	raw                                       []byte
}

func (c customer) MarshalJSON() ([]byte, error) { return c.raw, nil }

func customerColumns() []Column[customer] {
	status := func(c customer) Color {
		switch {
		case c.Status == nil:
			return Plain
		case *c.Status == "active":
			return Green
		case *c.Status == "past_due":
			return Yellow
		}
		return Red
	}
	return []Column[customer]{
		{Name: "email", Fit: FitMiddle, Value: func(c customer) any { return c.Email }},
		{Name: "company_name", Title: "company", Fit: FitEnd, Min: 16, Tight: 8, Drop: 12, Value: func(c customer) any { return c.Company }},
		{Name: "country_code", Title: "country", Drop: 3, Value: func(c customer) any { return c.Country }},
		{Name: "timezone", Sets: Wide | CSV, Drop: 1, Value: func(c customer) any { return c.Timezone }},
		{Name: "subscription_count", Title: "subs", Align: AlignRight, Drop: 5, Value: func(c customer) any { return c.Subs }},
		{Name: "instances", Sets: Default, Align: AlignRight, Drop: 4, Value: running},
		{Name: "running_instance_count", Sets: CSV, Align: AlignRight, Drop: 1, Value: func(c customer) any { return c.Running }},
		{Name: "instance_count", Sets: CSV, Align: AlignRight, Drop: 1, Value: func(c customer) any { return c.Instances }},
		{Name: "latest_subscription_status", Title: "status", Drop: 11, Value: func(c customer) any { return c.Status }, Color: status},
		{Name: "created_at", Title: "created", Drop: 2, Value: func(c customer) any { return c.Created }},
		{Name: "id", Drop: 6, Value: func(c customer) any { return c.ID }},
	}
}

func running(c customer) any {
	if c.Running == nil || c.Instances == nil {
		return nil
	}
	return fmt.Sprintf("%d/%d", *c.Running, *c.Instances)
}

// newCustomer fills a record and its JSON; empty text is null.
func newCustomer(n int, email, company, country, status string) customer {
	optional := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	at := testNow().Add(-time.Duration(n) * 37 * time.Hour)
	c := customer{
		Email: optional(email), Company: optional(company), Country: optional(country), Status: optional(status),
		Timezone: optional("Europe/Berlin"), Subs: new(int64(n % 4)), Running: new(int64(n % 3)), Instances: new(int64(n % 40)),
		Created: Time{At: at, Raw: at.Format("2006-01-02T15:04:05.000000Z"), Valid: true},
		ID:      fmt.Sprintf("497f6eca-6276-4993-bfeb-%012x", n),
	}
	quoted := func(s *string) string {
		if s == nil {
			return "null"
		}
		return strconv.Quote(*s)
	}
	c.raw = fmt.Appendf(nil, `{"active_subscription_count":%d,"company_name":%s,"country_code":%s,"created_at":%q,"currency":"EUR",`+
		`"email":%s,"id":%q,"instance_count":%d,"latest_subscription_status":%s,"running_instance_count":%d,"subscription_count":%d,"timezone":"Europe/Berlin"}`,
		*c.Subs, quoted(c.Company), quoted(c.Country), c.Created.Raw, quoted(c.Email), c.ID, *c.Instances, quoted(c.Status), *c.Running, *c.Subs)
	return c
}

func testNow() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// customers is a mixed list: long, wide, combining, right-to-left, missing.
func customers() []customer {
	return []customer{
		newCustomer(0, "ada@example.com", "Acme", "DE", "active"),
		newCustomer(1, "anna.maria.von.und.zu.hohenstein@mail.example.org", "Hohenstein Maschinenbau und Vertriebsgesellschaft mbH", "AT", "past_due"),
		newCustomer(17, "info@example.com", "株式会社サンプル", "JP", "canceled"),
		newCustomer(3, "", "", "", ""),
		newCustomer(40, "e@example.com", "Cafe\u0301 Ole\u0301 \U0001F600", "FR", "active"),
		newCustomer(9, "x@example.org", "شركة مثال", "AE", "trialing"),
	}
}

// sequence yields rows and then err, if any.
func sequence[T any](rows []T, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}

func customersEnvelope() Envelope {
	return Envelope{Key: "customers", Members: func() []Member {
		return []Member{{"page", 1}, {"per_page", 20}, {"total", 6}, {"total_pages", 1}, {"complete", true}}
	}}
}

func customerDetail(c customer) []Section {
	return []Section{
		{Title: "Customer", Rows: []Field{{Label: "ID", Value: c.ID}, {Label: "Email", Value: c.Email}, {Label: "Company", Value: c.Company}, {Label: "Created", Value: c.Created}}},
		{Title: "Subscriptions", Rows: []Field{{Label: "Status", Value: c.Status, Color: Green}}, Table: &DetailTable{
			Headers: []string{"plan", "seats"},
			Rows:    [][]any{{"basic", 5}, {"plus\x1b[2J", 12}},
		}},
		{Title: "Instances", Table: &DetailTable{Headers: []string{"name"}}},
	}
}

// print returns what options print of rows as one listing.
func printList(o Options, rows []customer) (string, Result, error) {
	if o.Now == nil {
		o.Now = testNow
	}
	p, err := New(o, customerColumns())
	if err != nil {
		return "", Result{}, err
	}
	var b strings.Builder
	res, err := p.List(&b, sequence(rows, nil), customersEnvelope())
	return b.String(), res, err
}
