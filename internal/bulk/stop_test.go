package bulk

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestStop_AnswerThatConcernsEveryRow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind   simulate.FaultKind
		reason StopReason
		exit   int
		sends  int
	}{
		"401":      {simulate.Fault401, StopAuth, 4, 1},
		"403":      {simulate.Fault403, StopAuth, 4, 1},
		"404":      {simulate.Fault404, StopAddress, 2, 1},
		"307":      {simulate.Fault307, StopRedirect, 2, 1},
		"3 x HTML": {simulate.FaultPage, StopContract, 9, 3},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(20, always))
				g.options.Workers = 1
				g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{Kind: test.kind} }
				s := g.mustRun(t)
				g.check(t, s)
				if s.Stop == nil || s.Stop.Reason != test.reason || s.ExitCode() != test.exit || g.server.Writes != test.sends {
					t.Errorf("stop %v, exit code %d, %d sends; want %s, %d, %d", s.Stop, s.ExitCode(), g.server.Writes, test.reason, test.exit, test.sends)
				}
				g.server.Fault = nil
				s = g.finish(t, t.Context())
				g.check(t, s)
				if s.Counts[record.Created] != 20 {
					t.Errorf("counts %v after the next run", s.Counts)
				}
			})
		})
	}
}

func TestRenewal_OnceForAllRequests(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(40, always))
		g.options.Workers = 16
		var renewals atomic.Int32
		g.options.Refresh = func(context.Context) error { renewals.Add(1); return nil }
		g.server.Fault = func(int, record.Values) simulate.WriteFault {
			if renewals.Load() == 0 {
				return simulate.WriteFault{Kind: simulate.Fault401, After: time.Second}
			}
			return simulate.WriteFault{}
		}
		s := g.mustRun(t)
		g.check(t, s)
		if renewals.Load() != 1 || s.Counts[record.Created] != 40 {
			t.Errorf("%d renewals, %v, stop %v", renewals.Load(), s.Counts, s.Stop)
		}
	})
}

func TestRenewal_FailureStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, refresh := range map[string]func(context.Context) error{
		"none": nil, "fails": func(context.Context) error { return errors.New("expired") }, "does not help": func(context.Context) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(9, always))
				g.options.Workers, g.options.Refresh = 1, refresh
				g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{Kind: simulate.Fault401} }
				if s := g.mustRun(t); s.Stop == nil || s.Stop.Reason != StopAuth || g.server.Writes > 9 { // how many are under way is chance
					t.Errorf("%v after %d sends", s.Stop, g.server.Writes)
				}
			})
		})
	}
}

func TestStop_SameIDForTwoRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(5, always))
		g.options.Workers = 1
		g.options.API = sameID{g.server}
		s := g.mustRun(t)
		if s.Stop == nil || s.Stop.Reason != StopContract || g.server.Writes != 2 || s.Counts[record.Created] != 1 || s.Counts[record.Unknown] != 1 {
			t.Errorf("%v, %v after %d sends", s.Stop, s.Counts, g.server.Writes)
		}
	})
}

// sameID gives every customer the same id.
type sameID struct{ *simulate.Server }

func (s sameID) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	made, err := s.Server.Create(ctx, r)
	if err == nil {
		made.ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	}
	return made, err
}

func TestErrorLimit_StopsTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit ErrorLimit
		bad   func(write int) bool
		sends int // 400 when the run is not stopped
		exit  int
	}{
		"ten in a row":             {ErrorLimit{}, func(w int) bool { return w > 5 }, 15, 8},
		"nine in a row":            {ErrorLimit{}, func(w int) bool { return w > 5 && w < 15 }, 400, 8},
		"one in ten":               {ErrorLimit{}, func(w int) bool { return w%10 == 0 }, 200, 8},
		"one in twenty-five":       {ErrorLimit{}, func(w int) bool { return w%25 == 0 }, 400, 8},
		"none allowed":             {ErrorLimit{Set: true}, func(w int) bool { return w == 7 }, 7, 8},
		"the second is too many":   {ErrorLimit{Set: true, Count: 2}, func(w int) bool { return w%10 == 0 }, 20, 8},
		"the last is too many":     {ErrorLimit{Set: true, Count: 1}, func(w int) bool { return w == 400 }, 400, 8},
		"half allowed":             {ErrorLimit{Set: true, Percent: 50}, func(w int) bool { return w%2 == 0 }, 400, 8},
		"less than half allowed":   {ErrorLimit{Set: true, Percent: 49}, func(w int) bool { return w%2 == 0 }, 200, 8},
		"all allowed, all refused": {ErrorLimit{Set: true, Percent: 100}, func(int) bool { return true }, 400, 6},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(400, always))
				g.options.Workers, g.options.MaxErrors = 1, test.limit
				g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
					if test.bad(write) {
						return simulate.WriteFault{Kind: simulate.Fault422}
					}
					return simulate.WriteFault{}
				}
				s := g.mustRun(t)
				g.check(t, s)
				stopped := s.Stop != nil && s.Stop.Reason == StopErrors
				if g.server.Writes != test.sends || stopped != (test.sends < 400) || s.ExitCode() != test.exit {
					t.Errorf("stop %v after %d sends, exit code %d; want %d, %d", s.Stop, g.server.Writes, s.ExitCode(), test.sends, test.exit)
				}
			})
		})
	}
}

func TestDispatch_ChangedInputStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(g *rig){
		"fewer rows": func(g *rig) { g.rows = g.rows[:10] },
		"more rows":  func(g *rig) { g.rows = someRows(80, always) },
		"noticed":    func(g *rig) { g.options.Changed = func() bool { return g.server.Sent() > 10 } },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(60, always))
				g.options.Workers = 1
				g.options.Plan.Rows = 60
				change(g)
				s := g.mustRun(t)
				if s.Stop == nil || s.Stop.Reason != StopFile || s.ExitCode() != 11 || g.server.Writes > 60 {
					t.Errorf("%v after %d sends", s.Stop, g.server.Writes)
				}
			})
		})
	}
}

func TestExitCode_GravestReason(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason StopReason
		counts map[record.State]int
		want   int
	}{
		"all created":                      {"", map[record.State]int{record.Created: 4}, 0},
		"all there":                        {"", map[record.State]int{record.Exists: 4}, 0},
		"duplicates":                       {"", map[record.State]int{record.Created: 3, record.DuplicateInFile: 1}, 0},
		"one rejected":                     {"", map[record.State]int{record.Created: 3, record.Rejected: 1}, 8},
		"one invalid":                      {"", map[record.State]int{record.Created: 3, record.Invalid: 1}, 8},
		"all rejected":                     {"", map[record.State]int{record.Rejected: 4}, 6},
		"all rejected or invalid":          {"", map[record.State]int{record.Rejected: 3, record.Invalid: 1}, 6},
		"one unknown":                      {"", map[record.State]int{record.Created: 2, record.Unknown: 1, record.Rejected: 1}, 9},
		"journal before unknown":           {StopJournal, map[record.State]int{record.Unknown: 4}, 11},
		"file before unknown":              {StopFile, map[record.State]int{record.Unknown: 4}, 11},
		"unknown before refused":           {StopAuth, map[record.State]int{record.Pending: 3, record.Unknown: 1}, 9},
		"refused before rejected":          {StopAuth, map[record.State]int{record.Pending: 3, record.Rejected: 1}, 4},
		"rate limit before rejected":       {StopRateLimit, map[record.State]int{record.Pending: 3, record.Rejected: 1}, 7},
		"outage before rejected":           {StopOutage, map[record.State]int{record.Pending: 3, record.Rejected: 1}, 10},
		"bad answers":                      {StopContract, map[record.State]int{record.Pending: 4}, 10},
		"proxy":                            {StopServer, map[record.State]int{record.Pending: 4}, 10},
		"redirect":                         {StopRedirect, map[record.State]int{record.Pending: 4}, 2},
		"unknown before a redirect":        {StopRedirect, map[record.State]int{record.Pending: 3, record.Unknown: 1}, 9},
		"wrong address":                    {StopAddress, map[record.State]int{record.Pending: 4}, 2},
		"clone source gone":                {StopNoSource, map[record.State]int{record.Pending: 4}, 3},
		"too many errors":                  {StopErrors, map[record.State]int{record.Pending: 1, record.Rejected: 3}, 8},
		"canary":                           {StopCanary, map[record.State]int{record.Pending: 4}, 8},
		"interrupted, none the worse":      {StopInterrupted, map[record.State]int{record.Created: 1, record.Pending: 3}, 0},
		"interrupted after a refusal":      {StopInterrupted, map[record.State]int{record.Rejected: 1, record.Pending: 3}, 0},
		"interrupted with an open outcome": {StopInterrupted, map[record.State]int{record.Unknown: 1, record.Pending: 3}, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Summary{Rows: 4, Counts: test.counts}
			if test.reason != "" {
				s.Stop = &StopError{Reason: test.reason}
			}
			if got := s.ExitCode(); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}

func TestExitCode_MissingCustomers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		s    Summary
		want int
	}{
		"missing":                    {Summary{Counts: map[record.State]int{record.Created: 4}, Missing: 1}, 10},
		"not read back":              {Summary{Counts: map[record.State]int{record.Created: 4}, Unread: errors.New("no")}, 10},
		"missing and rejected":       {Summary{Counts: map[record.State]int{record.Created: 3, record.Rejected: 1}, Missing: 1}, 10},
		"missing and unknown":        {Summary{Counts: map[record.State]int{record.Created: 3, record.Unknown: 1}, Missing: 1}, 9},
		"interrupted while it looks": {Summary{Counts: map[record.State]int{record.Created: 4}, Stop: &StopError{Reason: StopInterrupted}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.s.Rows = 4
			if got := test.s.ExitCode(); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}
