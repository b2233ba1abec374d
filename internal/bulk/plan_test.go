package bulk

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

// planRig is a new import with its journal open.
func planRig(t *testing.T, rows int) (*rig, PlanOptions) {
	t.Helper()
	g := newRig(someRows(rows, always))
	j, err := g.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return g, PlanOptions{API: g.server, Journal: j, Total: rows, Rows: g.seq()}
}

func TestPlan_CountsWhatThereIsToDo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, o := planRig(t, 100)
		g.server.PageSize = 20 // whatever is asked for
		for i := range 30 {
			v := g.rows[i].Values
			g.server.Add(simulate.Customer{ID: uuid.New(), Values: v, At: time.Now()})
		}
		o.Key = &client.KeyContext{TenantID: "t", RateLimitPerMinute: new(int64(60)), Scopes: []string{"customers:read", "customers:write"}}
		o.Invalid, o.Duplicates = 1, 2
		for i := 97; i < 100; i++ {
			g.rows[i].State = record.Invalid
		}
		p, err := NewPlan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if p.Create != 67 || p.Existing != 30 || p.Customers != 30 || !p.Swept || p.Tenant != "t" || !p.ClockKnown {
			t.Errorf("%+v", p)
		}
		if want := 67 * time.Minute / 57; p.Requests != 67 || p.Duration < want-time.Second || p.Duration > want+time.Second {
			t.Errorf("%d requests in %v, want %v", p.Requests, p.Duration, want)
		}
		if found, ok := p.Known(g.rows[3].Key); !ok || found.ID != g.server.Customers[3].ID {
			t.Errorf("%v %v", found, ok)
		}
		if _, ok := p.Known("absent@example.com"); ok {
			t.Error("an unknown email is known")
		}
		if g.server.Writes > 0 {
			t.Error("the plan has written")
		}
	})
}

func TestPlan_RefusesWhatIsNotExpected(t *testing.T) {
	t.Parallel()
	key := func(scopes ...string) *client.KeyContext { return &client.KeyContext{TenantID: "t", Scopes: scopes} }
	for name, test := range map[string]struct {
		change func(o *PlanOptions)
		want   string
	}{
		"as expected": {func(o *PlanOptions) {
			o.Key, o.ExpectRows, o.ExpectTenant, o.MaxCreates = key("customers:write"), new(5), "t", new(5)
		}, ""},
		"all scopes":         {func(o *PlanOptions) { o.Key = key("*") }, ""},
		"scopes unknown":     {func(o *PlanOptions) { o.Key = key() }, ""},
		"no key context":     {func(*PlanOptions) {}, ""},
		"may only read":      {func(o *PlanOptions) { o.Key = key("customers:read") }, "missing_scope"},
		"other rows":         {func(o *PlanOptions) { o.ExpectRows = new(6) }, "row_count"},
		"no rows":            {func(o *PlanOptions) { o.ExpectRows = new(0) }, "row_count"},
		"other tenant":       {func(o *PlanOptions) { o.Key, o.ExpectTenant = key(), "u" }, "wrong_tenant"},
		"tenant unknown":     {func(o *PlanOptions) { o.ExpectTenant = "t" }, "wrong_tenant"},
		"too many to create": {func(o *PlanOptions) { o.MaxCreates = new(4) }, "too_many_creates"},
		"none to create":     {func(o *PlanOptions) { o.MaxCreates = new(0) }, "too_many_creates"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				_, o := planRig(t, 5)
				test.change(&o)
				_, err := NewPlan(t.Context(), o)
				got := ""
				if pe, ok := errors.AsType[*failure.Failure](err); ok {
					got = pe.Code
				} else if err != nil {
					t.Fatal(err)
				}
				if got != test.want {
					t.Errorf("%v, want %q", err, test.want)
				}
			})
		})
	}
}

func TestPlan_StopsWhereARunWould(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]StopReason{401: StopAuth, 403: StopAuth, 404: StopAddress, 301: StopRedirect, 429: StopRateLimit} {
		t.Run(string(want), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g, o := planRig(t, 1)
				g.server.ReadFail = func(int) error { return &client.Error{Method: "GET", Status: status, Code: "c"} }
				_, err := NewPlan(t.Context(), o)
				if stop, ok := errors.AsType[*StopError](err); !ok || stop.Reason != want {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func TestPlan_SweepsWhereThatIsCheaper(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		customers int64
		rows      int
		want      bool
	}{
		"one page":                  {100, 5, true},
		"two pages for five rows":   {101, 5, false},
		"ten pages for 100 rows":    {1000, 100, true},
		"eleven pages for 100 rows": {1001, 100, false},
		"too many to remember":      {100_001, 1_000_000, false},
		"no customer":               {0, 100, false},
		"not told":                  {-1, 100, false},
		"nothing to send":           {100, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := worthSweeping(test.customers, test.rows, false); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestDefaultWorkers_ByRateAndLatency(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limits  Limits
		latency time.Duration
		want    int
	}{
		"no limit known": {Limits{}, time.Second, 16},
		"slow rate":      {Limits{PerMinute: 60}, 100 * time.Millisecond, 2},
		"fast rate":      {Limits{PerMinute: 6000}, 50 * time.Millisecond, 10},
		"slow server":    {Limits{PerMinute: 6000}, time.Second, 16},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := defaultWorkers(test.limits, test.latency); got != test.want {
				t.Errorf("%d workers, want %d", got, test.want)
			}
		})
	}
}

func TestLimitsOf_ImpossibleLimits(t *testing.T) {
	t.Parallel()
	if got := LimitsOf(&client.KeyContext{RateLimitPerMinute: new(int64(-5)), RateLimitPerHour: new(int64(1 << 40))}); got != (Limits{}) {
		t.Errorf("%+v", got)
	}
	if got := LimitsOf(nil); got != (Limits{}) {
		t.Errorf("%+v", got)
	}
}

func TestPlan_SecondRunPlansWhatIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(10, always))
		g.options.Workers = 1
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 4 {
				return simulate.WriteFault{Kind: simulate.Fault403}
			}
			return simulate.WriteFault{}
		}
		g.mustRun(t)
		j, err := g.open()
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		g.server.Pacer = nil
		p, err := NewPlan(t.Context(), PlanOptions{API: g.server, Journal: j, Total: 10, Rows: g.seq()})
		if err != nil || p.Done != 3 || p.Create != 7 || p.Swept {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
