package customers

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

func TestStatistics_EachCustomerOncePerKind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.Ptr(rapid.SampledFrom([]string{"", "DE", "de", "US", "\x1b[31m", "other", "null"}), true)
		count := rapid.Ptr(rapid.OneOf(rapid.Int64Range(0, 200), rapid.Just(int64(math.MaxInt64))), true)
		customers := rapid.SliceOf(rapid.Custom(func(rt *rapid.T) client.Customer {
			return client.Customer{
				CountryCode: text.Draw(rt, "country"), Currency: text.Draw(rt, "currency"), LatestSubscriptionStatus: text.Draw(rt, "status"),
				RunningInstanceCount: count.Draw(rt, "running"), SubscriptionCount: count.Draw(rt, "subscriptions"),
				CreatedAt: readTimestamp(rapid.SampledFrom([]string{
					"", "soon", "0001-01-01T00:00:01Z", "2026-03-10T11:00:00Z", "2026-02-01T00:00:00+02:00", "2025-01-01T00:00:00", "9999-12-31T23:59:59Z",
				}).Draw(rt, "created")),
			}
		})).Draw(rt, "customers")
		period, top := rapid.SampledFrom(periods()).Draw(rt, "period"), rapid.IntRange(0, 3).Draw(rt, "top")
		c := newStatistics(statsBy(rt, period).by, period, statsNow())
		for _, customer := range customers {
			c.add(customer)
		}
		sums, seen := map[string]int64{}, map[string]bool{}
		for _, s := range c.stats() {
			key := s.Group + "\x00null"
			if s.Value != nil {
				key = s.Group + "=" + *s.Value
			}
			if seen[key] || s.Count < 0 || s.Group != "total" && s.Count == 0 {
				rt.Fatalf("%+v", s)
			}
			seen[key] = true
			sums[s.Group] += s.Count
		}
		for _, chart := range c.charts(top)[1:] {
			for _, bar := range chart.Bars {
				sums["chart "+chart.Title] += bar.N
			}
		}
		for kind, sum := range sums {
			if kind != "total" && sum != int64(len(customers)) {
				rt.Fatalf("%s counts %d of %d customers", kind, sum, len(customers))
			}
		}
		if len(customers) > 0 && len(sums) != 1+5+5 {
			rt.Fatalf("kinds: %v", sums)
		}
	})
}

func TestStatistics_LatestPeriods(t *testing.T) {
	for name, c := range map[string]struct {
		by, created string
		want        []string // the first and the last
	}{
		"up to now":                 {"month", "2026-01-05T00:00:00Z", []string{"2025-04", "2026-03"}},
		"up to the latest customer": {"month", "2024-05-31T00:00:00Z", []string{"2023-06", "2024-05"}},
		"from the end of a month":   {"month", "2024-03-31T00:00:00Z", []string{"2023-04", "2024-03"}},
		"weeks":                     {"week", "2026-03-09T00:00:00Z", []string{"2025-W52", "2026-W11"}},
		"days":                      {"day", "2026-03-09T00:00:00Z", []string{"2026-02-25", "2026-03-10"}},
		"without rows":              {"day", "", []string{"2026-02-25", "2026-03-10"}},
		"not the future":            {"month", "9999-01-01T00:00:00Z", []string{"2025-04", "2026-03"}},
	} {
		statistics := newStatistics(statsBy(t, c.by).by, c.by, statsNow())
		statistics.add(client.Customer{CreatedAt: readTimestamp(c.created)})
		window := statistics.window()
		if got := []string{window[0], window[len(window)-1]}; !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestStatistics_CalendarPeriodsInUTC(t *testing.T) {
	at := time.Date(2027, 1, 1, 1, 0, 0, 0, time.FixedZone("", 2*3600)) // 31 December in UTC
	for by, want := range map[string]string{"day": "2026-12-31", "week": "2026-W53", "month": "2026-12"} {
		if got := periodOf(by, at); got != want {
			t.Errorf("%s %s, want %s", by, got, want)
		}
	}
}

func TestStatistics_TopGroupsAndOthers(t *testing.T) {
	c := newStatistics(statsBy(t, "month").by, "month", statsNow())
	for _, code := range []string{"DE", "DE", "DE", "US", "US", "FR", "ES", "", "-"} {
		customer := client.Customer{CountryCode: &code}
		if code == "-" {
			customer.CountryCode = nil
		}
		c.add(customer)
	}
	for top, want := range map[int][]output.Bar{
		2: {{Label: "DE", N: 3}, {Label: "US", N: 2}, {Label: "(3 others)", N: 3, Rest: true}, {Label: "(none)", N: 1, Rest: true}},
		4: {{Label: "DE", N: 3}, {Label: "US", N: 2}, {Label: "(empty)", N: 1}, {Label: "ES", N: 1}, {Label: "(1 other)", N: 1, Rest: true}, {Label: "(none)", N: 1, Rest: true}},
		0: {{Label: "DE", N: 3}, {Label: "US", N: 2}, {Label: "(empty)", N: 1}, {Label: "ES", N: 1}, {Label: "FR", N: 1}, {Label: "(none)", N: 1, Rest: true}},
	} {
		got := ranked(c.groupings[0].list(c.customers()), top)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("--top %d (-want +got):\n%s", top, diff)
		}
	}
}

func TestStatistics_ASCIIBarsWithoutUnicode(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		vars     map[string]string
		plain    bool
	}{
		{false, nil, true},
		{true, nil, false},
		{true, map[string]string{"TERM": "dumb"}, true},
		{true, map[string]string{"LANG": "en_US.UTF-8"}, false},
		{true, map[string]string{"LANG": "de_DE.utf8"}, false},
		{true, map[string]string{"LANG": "de_DE.ISO-8859-1"}, true},
		{true, map[string]string{"LC_ALL": "C", "LANG": "en_US.UTF-8"}, true},
		{true, map[string]string{"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, false},
	} {
		env := &cli.Env{Terminal: cli.Terminal{Out: c.terminal}, LookupEnv: func(name string) (string, bool) { v, ok := c.vars[name]; return v, ok }}
		if got := plain(cli.NewApp(env, nil)); got != c.plain {
			t.Errorf("%v %v: %v", c.terminal, c.vars, got)
		}
	}
}

// statsBy is the query of `customers stats --period PERIOD`.
func statsBy(t interface{ Fatal(...any) }, period string) *statsQuery {
	q, err := (&statsOptions{period: period}).query(statsNow())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func statsNow() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

func readTimestamp(raw string) (t client.Timestamp) {
	_ = t.UnmarshalText([]byte(raw)) // never fails
	return t
}
