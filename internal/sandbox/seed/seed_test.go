package seed

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

func seeds(n int) []*store.Customer { return slices.Collect(Customers(1, n)) }

func TestCustomers_SameEveryTimeWithUniqueEmails(t *testing.T) {
	first := seeds(700)
	if diff := cmp.Diff(first, seeds(700)); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	emails := map[string]bool{}
	for _, c := range first {
		if c.Email != nil && emails[store.Fold(*c.Email)] {
			t.Errorf("%s twice", *c.Email)
		} else if c.Email != nil {
			emails[store.Fold(*c.Email)] = true
		}
	}
}

func TestCustomers_Vary(t *testing.T) {
	const n = 250
	list := seeds(n)
	count := func(is func(*store.Customer) bool) int {
		k := 0
		for _, c := range list {
			if is(c) {
				k++
			}
		}
		return k
	}
	times := map[int64]bool{}
	for _, c := range list {
		times[c.CreatedAt] = true
	}
	for name, k := range map[string]int{
		"null email":              count(func(c *store.Customer) bool { return c.Email == nil }),
		"null company_name":       count(func(c *store.Customer) bool { return c.CompanyName == nil }),
		"null country_code":       count(func(c *store.Customer) bool { return c.CountryCode == nil }),
		"null currency":           count(func(c *store.Customer) bool { return c.Currency == nil }),
		"null locale":             count(func(c *store.Customer) bool { return c.Locale == nil }),
		"null timezone":           count(func(c *store.Customer) bool { return c.Timezone == nil }),
		"null stripe_customer_id": count(func(c *store.Customer) bool { return c.StripeID == nil }),
		"no subscription":         count(func(c *store.Customer) bool { return c.LatestSubscriptionStatus == nil && c.Subscriptions == "[]" }),
		"several subscriptions":   count(func(c *store.Customer) bool { return c.SubscriptionCount > 1 }),
		"instances":               count(func(c *store.Customer) bool { return c.InstanceCount > 0 }),
		"no instance":             count(func(c *store.Customer) bool { return c.Instances == "[]" }),
		"ties in created_at":      n - len(times),
		"dates with microseconds": count(func(c *store.Customer) bool { return c.CreatedAt%1e6 != 0 }),
		"dates without":           count(func(c *store.Customer) bool { return c.CreatedAt%1e6 == 0 }),
		"names beyond ASCII": count(func(c *store.Customer) bool {
			return c.CompanyName != nil && len(*c.CompanyName) > utf8.RuneCountInString(*c.CompanyName)
		}),
		"very long names":           count(func(c *store.Customer) bool { return c.CompanyName != nil && len(*c.CompanyName) > 200 }),
		"emails with a plus":        count(func(c *store.Customer) bool { return c.Email != nil && strings.Contains(*c.Email, "+") }),
		"emails with capitals":      count(func(c *store.Customer) bool { return c.Email != nil && *c.Email != store.Fold(*c.Email) }),
		"emails beyond ASCII":       count(func(c *store.Customer) bool { return c.Email != nil && strings.Contains(*c.Email, "ü") }),
		"updated after its created": count(func(c *store.Customer) bool { return c.UpdatedAt > c.CreatedAt }),
	} {
		if k == 0 {
			t.Errorf("no customer with %s", name)
		}
	}
}

func TestCustomers_CountsMatchLists(t *testing.T) {
	for _, c := range seeds(500) {
		var subs, runs []struct{ Status string }
		if err := json.Unmarshal([]byte(c.Subscriptions), &subs); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(c.Instances), &runs); err != nil {
			t.Fatal(err)
		}
		var active, running int64
		for _, s := range subs {
			if s.Status == "active" || s.Status == "trialing" {
				active++
			}
		}
		for _, r := range runs {
			if r.Status == "running" {
				running++
			}
		}
		if int64(len(subs)) != c.SubscriptionCount || active != c.ActiveSubscriptionCount || int64(len(runs)) != c.InstanceCount || running != c.RunningInstanceCount {
			t.Errorf("%+v", c)
		}
		if len(subs) > 0 && *c.LatestSubscriptionStatus != subs[len(subs)-1].Status {
			t.Errorf("latest is %s of %s", *c.LatestSubscriptionStatus, c.Subscriptions)
		}
	}
}

func TestCustomers_DatesWithinThreeYears(t *testing.T) {
	for _, n := range []int{1, 250, 3_000} {
		var last *store.Customer
		for last = range Customers(1, n) {
		}
		if date := date(last.CreatedAt); date < "2023" || date > "2026" {
			t.Errorf("the last of %d is of %s", n, date)
		}
	}
}
