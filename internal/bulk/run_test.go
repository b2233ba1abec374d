package bulk

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// bubble runs a test in virtual time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}

// first makes a fault of the first writes of each row.
func first(n int, f simulate.WriteFault) func(*simulate.Server) func(int, record.Values) simulate.WriteFault {
	return func(s *simulate.Server) func(int, record.Values) simulate.WriteFault {
		return func(_ int, v record.Values) simulate.WriteFault {
			if s.Posts[v[record.CompanyName]] <= n {
				return f
			}
			return simulate.WriteFault{}
		}
	}
}

func TestRun_EveryRowIsCreatedOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(500, func(i int) bool { return i%10 != 0 }))
		g.options.Workers = 16
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[record.Created] != 500 || s.ExitCode() != 0 || s.Sends != 500 || s.Retries != 0 {
			t.Errorf("%+v", s)
		}
		g.checkFinished(t, t.Context())
	})
}

func TestRun_EmptyInput(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(nil)
		g.check(t, g.finish(t, t.Context()))
		g.checkFinished(t, t.Context())
	})
}

// A fault that meets each row once, and what has become of the rows at the end.
func TestRun_OneFaultForEveryRow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulate.WriteFault
		email bool
		want  record.State
		sends int // of each row
		exit  int
	}{
		"never sent":                       {simulate.WriteFault{Kind: simulate.FaultNeverSent}, true, record.Created, 2, 0},
		"never sent, no email":             {simulate.WriteFault{Kind: simulate.FaultNeverSent}, false, record.Created, 2, 0},
		"lost":                             {simulate.WriteFault{Kind: simulate.FaultLost}, true, record.Created, 2, 0},
		"lost, no email":                   {simulate.WriteFault{Kind: simulate.FaultLost}, false, record.Unknown, 1, 9},
		"lost after the commit":            {simulate.WriteFault{Kind: simulate.FaultLostCommitted}, true, record.Created, 1, 0},
		"lost after the commit, no email":  {simulate.WriteFault{Kind: simulate.FaultLostCommitted}, false, record.Created, 1, 0},
		"lost, committed later":            {simulate.WriteFault{Kind: simulate.FaultLostCommitted, Delay: 54 * time.Second}, true, record.Created, 1, 0},
		"lost, committed later, no email":  {simulate.WriteFault{Kind: simulate.FaultLostCommitted, Delay: 54 * time.Second}, false, record.Created, 1, 0},
		"500":                              {simulate.WriteFault{Kind: simulate.Fault500}, true, record.Created, 2, 0},
		"500, no email":                    {simulate.WriteFault{Kind: simulate.Fault500}, false, record.Unknown, 1, 9},
		"500 after the commit":             {simulate.WriteFault{Kind: simulate.Fault500Committed}, true, record.Created, 1, 0},
		"page instead of an answer":        {simulate.WriteFault{Kind: simulate.FaultPage}, true, record.Created, 2, 0},
		"page after the commit, no email":  {simulate.WriteFault{Kind: simulate.FaultPageCommitted}, false, record.Created, 1, 0},
		"redirected":                       {simulate.WriteFault{Kind: simulate.Fault307}, true, record.Created, 2, 0},
		"redirected after the commit":      {simulate.WriteFault{Kind: simulate.Fault307Committed}, true, record.Created, 1, 0},
		"redirected thus, and no email":    {simulate.WriteFault{Kind: simulate.Fault307Committed}, false, record.Created, 1, 0},
		"429":                              {simulate.WriteFault{Kind: simulate.Fault429, Retry: 7 * time.Second}, true, record.Created, 2, 0},
		"429 without a time, and no email": {simulate.WriteFault{Kind: simulate.Fault429}, false, record.Created, 2, 0},
		"refused":                          {simulate.WriteFault{Kind: simulate.Fault422}, true, record.Rejected, 1, 6},
		"refused, no email":                {simulate.WriteFault{Kind: simulate.Fault422}, false, record.Rejected, 1, 6},
	} {
		for _, clone := range []bool{false, true} {
			if clone {
				name += ", clone"
			}
			t.Run(name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					g := newRig(someRows(2, func(int) bool { return test.email }))
					g.options.Workers = 1
					g.oldCustomer()
					want, exit := test.want, test.exit
					if clone {
						g.clones()
						if !test.email && test.fault.Kind != simulate.FaultNeverSent && test.fault.Kind != simulate.Fault429 && test.want == record.Created {
							want, exit = record.Unknown, 9 // a name alone recognizes no customer
						}
					}
					g.server.Fault = first(1, test.fault)(g.server)
					s := g.finish(t, t.Context())
					g.check(t, s)
					if s.Counts[want] != 2 || s.ExitCode() != exit {
						t.Errorf("counts %v, exit code %d; want 2 %s, %d", s.Counts, s.ExitCode(), want, exit)
					}
					for row, n := range g.server.Posts {
						if n != test.sends {
							t.Errorf("%s was sent %d times, want %d", row, n, test.sends)
						}
					}
					g.checkFinished(t, t.Context())
				})
			})
		}
	}
}

// outcomesOf reads the last outcome of each row from the journal.
func outcomesOf(t *testing.T, g *rig) map[int]journal.Outcome {
	t.Helper()
	last := map[int]journal.Outcome{}
	g.lines(t, func(e *journal.Entry) {
		if e.Kind == journal.KindOutcome {
			last[e.Row] = e.Outcome
		}
	})
	return last
}

func TestRun_InterruptFinishesWhatIsInFlight(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(100, always))
		ctx, interrupt := context.WithCancelCause(t.Context())
		cause := errors.New("interrupt")
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 10 {
				interrupt(cause)
			}
			return simulate.WriteFault{After: time.Second}
		}
		s, err := g.run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		g.check(t, s)
		if s.Stop == nil || s.Stop.Reason != StopInterrupted || !errors.Is(s.Stop, cause) || s.Counts[record.Unknown] != 0 {
			t.Errorf("stop %v, counts %v", s.Stop, s.Counts)
		}
		if n := g.server.Writes; n < 10 || n > 12 || s.Counts[record.Created] != n {
			t.Errorf("%d sends, counts %v", n, s.Counts)
		}
		g.check(t, g.finish(t, t.Context()))
		g.checkFinished(t, t.Context())
	})
}

// Rows that are in the journal already stay here as well.
func TestRun_InterruptHoldsJournaledRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3000, always))
		g.options.Workers = 16
		g.disk.Fail = slowSync
		ctx, interrupt := context.WithCancel(t.Context())
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1000 {
				interrupt()
			}
			return simulate.WriteFault{After: time.Millisecond}
		}
		s, err := g.run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := g.server.Writes; n >= 1000+g.options.Workers || s.Counts[record.Created] != n || s.Counts[record.Unknown] != 0 {
			t.Errorf("%d sends, %v", n, s.Counts)
		}
	})
}
