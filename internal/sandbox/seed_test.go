package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func seeds(n int) []*customer { return slices.Collect(seedCustomers(n)) }

func TestSeedsAreTheSameEveryTimeAndTheirEmailsUnique(t *testing.T) {
	first := seeds(700)
	if diff := cmp.Diff(first, seeds(700), cmp.AllowUnexported(customer{})); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	emails := map[string]bool{}
	for _, c := range first {
		if c.email != nil && emails[fold(*c.email)] {
			t.Errorf("%s twice", *c.email)
		} else if c.email != nil {
			emails[fold(*c.email)] = true
		}
	}
}

func TestSeedsVary(t *testing.T) {
	const n = 250
	list := seeds(n)
	count := func(is func(*customer) bool) int {
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
		times[c.createdAt] = true
	}
	for name, k := range map[string]int{
		"null email":              count(func(c *customer) bool { return c.email == nil }),
		"null company_name":       count(func(c *customer) bool { return c.companyName == nil }),
		"null country_code":       count(func(c *customer) bool { return c.countryCode == nil }),
		"null currency":           count(func(c *customer) bool { return c.currency == nil }),
		"null locale":             count(func(c *customer) bool { return c.locale == nil }),
		"null timezone":           count(func(c *customer) bool { return c.timezone == nil }),
		"null stripe_customer_id": count(func(c *customer) bool { return c.stripeID == nil }),
		"no subscription":         count(func(c *customer) bool { return c.latestSubscriptionStatus == nil && c.subscriptions == "[]" }),
		"several subscriptions":   count(func(c *customer) bool { return c.subscriptionCount > 1 }),
		"instances":               count(func(c *customer) bool { return c.instanceCount > 0 }),
		"no instance":             count(func(c *customer) bool { return c.instances == "[]" }),
		"ties in created_at":      n - len(times),
		"dates with microseconds": count(func(c *customer) bool { return c.createdAt%1e6 != 0 }),
		"dates without":           count(func(c *customer) bool { return c.createdAt%1e6 == 0 }),
		"names beyond ASCII": count(func(c *customer) bool {
			return c.companyName != nil && len(*c.companyName) > utf8.RuneCountInString(*c.companyName)
		}),
		"very long names":           count(func(c *customer) bool { return c.companyName != nil && len(*c.companyName) > 200 }),
		"emails with a plus":        count(func(c *customer) bool { return c.email != nil && strings.Contains(*c.email, "+") }),
		"emails with capitals":      count(func(c *customer) bool { return c.email != nil && *c.email != fold(*c.email) }),
		"emails beyond ASCII":       count(func(c *customer) bool { return c.email != nil && strings.Contains(*c.email, "ü") }),
		"updated after its created": count(func(c *customer) bool { return c.updatedAt > c.createdAt }),
	} {
		if k == 0 {
			t.Errorf("no customer with %s", name)
		}
	}
}

func TestCountsOfSeedsAgreeWithTheirLists(t *testing.T) {
	for _, c := range seeds(500) {
		var subs, runs []struct{ Status string }
		if err := json.Unmarshal([]byte(c.subscriptions), &subs); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(c.instances), &runs); err != nil {
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
		if int64(len(subs)) != c.subscriptionCount || active != c.activeSubscriptionCount || int64(len(runs)) != c.instanceCount || running != c.runningInstanceCount {
			t.Errorf("%+v", c)
		}
		if len(subs) > 0 && *c.latestSubscriptionStatus != subs[len(subs)-1].Status {
			t.Errorf("latest is %s of %s", *c.latestSubscriptionStatus, c.subscriptions)
		}
	}
}

func TestSeedsLieWithinTheirYearsHoweverManyThereAre(t *testing.T) {
	for _, n := range []int{1, 250, 3_000} {
		var last *customer
		for last = range seedCustomers(n) {
		}
		if date := Settings(nil).dateForm()(last.createdAt); date < "2023" || date > "2026" {
			t.Errorf("the last of %d is of %s", n, date)
		}
	}
}

func TestASandboxOfItsOwnKeyAndEmailsHasNothingElse(t *testing.T) {
	s, err := Start(t.Context(), Options{Key: "hc_test_only_this_one", Emails: []string{"a@example.com", "A@example.com", "b@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if s.Key() != "hc_test_only_this_one" {
		t.Errorf("the key is %s", s.Key())
	}
	for key, want := range map[string]int{s.Key(): http.StatusOK, DemoKey: http.StatusUnauthorized} {
		status, body := listWith(t, s, key)
		if status != want || want == http.StatusOK && !strings.Contains(body, `"total":3`) {
			t.Errorf("with %s: %d %s", key, status, body)
		}
	}
}

func listWith(t *testing.T, s *Server, key string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/v1/customers", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Api-Key", key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}
