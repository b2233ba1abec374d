package bulk

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestTheCanaryIsReadBackBeforeTheOthersAreSent(t *testing.T) {
	t.Parallel()
	none := func(*server, int) writeFault { return writeFault{} }
	change := func(field int, value string) func(s *server, write int) writeFault {
		return func(s *server, write int) writeFault {
			if write > 1 {
				s.truth[0].values[field] = value
			}
			return writeFault{}
		}
	}
	for name, test := range map[string]struct {
		spoil   func(s *server, write int) writeFault
		lag     time.Duration
		noEmail bool
		stop    string // of its text, "" when the others are sent
	}{
		"well":                          {spoil: none},
		"no email":                      {spoil: none, noEmail: true},
		"reads lag":                     {spoil: none, lag: 40 * time.Second},
		"reads lag, no email":           {spoil: none, lag: 40 * time.Second, noEmail: true},
		"reads lag for too long":        {spoil: none, lag: 2 * time.Minute, stop: "is not found"},
		"a field is not shown":          {spoil: change(Currency, "")},
		"a field is changed":            {spoil: change(Currency, "USD"), stop: "currency"},
		"a field is changed, no email":  {spoil: change(Currency, "USD"), noEmail: true, stop: "currency"},
		"a name of another case":        {spoil: change(CompanyName, "COMPANY 0 ")},
		"the email is somebody else's":  {spoil: change(Email, "other@example.com"), stop: "email"},
		"the email in another spelling": {spoil: change(Email, "uSER0@EXAMPLE.com")},
		"one is lost, and created": {spoil: func(_ *server, write int) writeFault {
			if write == 2 {
				return writeFault{kind: faultLostDone}
			}
			return writeFault{}
		}},
		"one is refused": {spoil: func(_ *server, write int) writeFault {
			if write == 2 {
				return writeFault{kind: fault422}
			}
			return writeFault{}
		}, stop: "rejected"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(20, func(int) bool { return !test.noEmail }))
				g.options.Canary = 3
				g.server.lag = test.lag
				g.server.fault = func(write int, _ Values) writeFault { return test.spoil(g.server, write) }
				s := g.mustRun(t)
				want := 20
				if test.stop != "" {
					want = 3
				}
				if g.server.writes != want || (s.Stop != nil) != (test.stop != "") || s.Stop != nil && !strings.Contains(s.Stop.Error(), test.stop) {
					t.Errorf("stop %v after %d sends", s.Stop, g.server.writes)
				}
			})
		})
	}
}

// The process ends between the last send of the canary and the look at it.
func TestACanaryThatWasNotReadBackIsReadBackByTheNextRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(20, always))
		g.options.Canary = 3
		ctx, cancel := context.WithCancel(t.Context())
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 3 {
				cancel()
			}
			return writeFault{}
		}
		if s, err := g.run(ctx, nil); err != nil || s.Counts[Created] != 3 {
			t.Fatalf("%+v, %v", s, err)
		}
		g.server.truth[1].id = uuid.New() // it is gone
		if s := g.mustRun(t); s.Stop == nil || s.Stop.Reason != StopCanary || g.server.writes != 3 {
			t.Errorf("stop %v after %d sends", s.Stop, g.server.writes)
		}
	})
}
