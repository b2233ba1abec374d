package bulk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestCanary_ReadBackBeforeTheOthers(t *testing.T) {
	t.Parallel()
	none := func(*simulate.Server, int) simulate.WriteFault { return simulate.WriteFault{} }
	change := func(field int, value string) func(s *simulate.Server, write int) simulate.WriteFault {
		return func(s *simulate.Server, write int) simulate.WriteFault {
			if write > 1 {
				s.Customers[0].Values[field] = value
			}
			return simulate.WriteFault{}
		}
	}
	for name, test := range map[string]struct {
		spoil   func(s *simulate.Server, write int) simulate.WriteFault
		lag     time.Duration
		noEmail bool
		stop    string // of its text, "" when the others are sent
	}{
		"well":                            {spoil: none},
		"no email":                        {spoil: none, noEmail: true},
		"reads lag":                       {spoil: none, lag: 40 * time.Second},
		"reads lag, no email":             {spoil: none, lag: 40 * time.Second, noEmail: true},
		"reads lag for too long":          {spoil: none, lag: 2 * time.Minute, stop: "is not found"},
		"a field is not shown":            {spoil: change(record.Currency, "")},
		"a field is changed":              {spoil: change(record.Currency, "USD"), stop: "currency"},
		"a field is changed, no email":    {spoil: change(record.Currency, "USD"), noEmail: true, stop: "currency"},
		"a name of another case":          {spoil: change(record.CompanyName, "COMPANY 0 ")},
		"the email is another customer's": {spoil: change(record.Email, "other@example.com"), stop: "email"},
		"the email in another spelling":   {spoil: change(record.Email, "uSER0@EXAMPLE.com")},
		"one is lost, and created": {spoil: func(_ *simulate.Server, write int) simulate.WriteFault {
			if write == 2 {
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
			}
			return simulate.WriteFault{}
		}},
		"one is refused": {spoil: func(_ *simulate.Server, write int) simulate.WriteFault {
			if write == 2 {
				return simulate.WriteFault{Kind: simulate.Fault422}
			}
			return simulate.WriteFault{}
		}, stop: "rejected"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(20, func(int) bool { return !test.noEmail }))
				g.options.Canary = 3
				g.server.Lag = test.lag
				g.server.Fault = func(write int, _ record.Values) simulate.WriteFault { return test.spoil(g.server, write) }
				s := g.mustRun(t)
				want := 20
				if test.stop != "" {
					want = 3
				}
				if g.server.Writes != want || (s.Stop != nil) != (test.stop != "") || s.Stop != nil && !strings.Contains(s.Stop.Error(), test.stop) {
					t.Errorf("stop %v after %d sends", s.Stop, g.server.Writes)
				}
			})
		})
	}
}

// The process ends between the last send of the canary and the look at it.
func TestCanary_ReadBackByTheNextRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(20, always))
		g.options.Canary = 3
		ctx, cancel := context.WithCancel(t.Context())
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 3 {
				cancel()
			}
			return simulate.WriteFault{}
		}
		if s, err := g.run(ctx, nil); err != nil || s.Counts[record.Created] != 3 {
			t.Fatalf("%+v, %v", s, err)
		}
		g.server.Customers[1].ID = uuid.New() // it is gone
		if s := g.mustRun(t); s.Stop == nil || s.Stop.Reason != StopCanary || g.server.Writes != 3 {
			t.Errorf("stop %v after %d sends", s.Stop, g.server.Writes)
		}
	})
}

func TestCanary_AsksForTheOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(20, always))
		g.options.Canary = 3
		var shown []CanaryRow
		g.options.Approve = func(_ context.Context, canary []CanaryRow) error {
			shown = canary
			return errors.New("no")
		}
		s := g.mustRun(t)
		if s.Stop == nil || s.Stop.Reason != StopApproval || s.ExitCode() != 0 || g.server.Writes != 3 || len(shown) != 3 {
			t.Fatalf("%v after %d sends, %d shown", s.Stop, g.server.Writes, len(shown))
		}
		if c := shown[2]; c.Line != 4 || *c.Customer.CompanyName != "Company 2" {
			t.Errorf("%+v", c)
		}
		g.options.Approve = func(context.Context, []CanaryRow) error { t.Error("asked twice"); return nil }
		if s := g.mustRun(t); s.Stop != nil || g.server.Writes != 20 {
			t.Errorf("%v after %d sends", s.Stop, g.server.Writes)
		}
	})
}
