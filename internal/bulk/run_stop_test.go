package bulk

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestAnAnswerThatConcernsEveryRowStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind   faultKind
		reason StopReason
		exit   int
		sends  int
	}{
		"401":      {fault401, StopAuth, 4, 1},
		"403":      {fault403, StopAuth, 4, 1},
		"404":      {fault404, StopAddress, 2, 1},
		"307":      {fault307, StopRedirect, 2, 1},
		"3 x HTML": {faultHTML, StopContract, 9, 3},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(20, always))
				g.options.Workers = 1
				g.server.fault = func(int, Values) writeFault { return writeFault{kind: test.kind} }
				s := g.mustRun(t)
				g.check(t, s)
				if s.Stop == nil || s.Stop.Reason != test.reason || s.ExitCode() != test.exit || g.server.writes != test.sends {
					t.Errorf("stop %v, exit code %d, %d sends; want %s, %d, %d", s.Stop, s.ExitCode(), g.server.writes, test.reason, test.exit, test.sends)
				}
				g.server.fault = nil
				s = g.finish(t, t.Context())
				g.check(t, s)
				if s.Counts[Created] != 20 {
					t.Errorf("counts %v after the next run", s.Counts)
				}
			})
		})
	}
}

func TestACredentialIsRenewedOnceForAll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(40, always))
		g.options.Workers = 16
		var renewals atomic.Int32
		g.options.Refresh = func(context.Context) error { renewals.Add(1); return nil }
		g.server.fault = func(int, Values) writeFault {
			if renewals.Load() == 0 {
				return writeFault{kind: fault401, after: time.Second}
			}
			return writeFault{}
		}
		s := g.mustRun(t)
		g.check(t, s)
		if renewals.Load() != 1 || s.Counts[Created] != 40 {
			t.Errorf("%d renewals, %v, stop %v", renewals.Load(), s.Counts, s.Stop)
		}
	})
}

func TestACredentialThatCannotBeRenewedStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, refresh := range map[string]func(context.Context) error{
		"none": nil, "fails": func(context.Context) error { return errors.New("expired") }, "does not help": func(context.Context) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(9, always))
				g.options.Workers, g.options.Refresh = 1, refresh
				g.server.fault = func(int, Values) writeFault { return writeFault{kind: fault401} }
				if s := g.mustRun(t); s.Stop == nil || s.Stop.Reason != StopAuth || g.server.writes > 9 { // how many are under way is chance
					t.Errorf("%v after %d sends", s.Stop, g.server.writes)
				}
			})
		})
	}
}

func TestTheSameIDForTwoRowsStopsTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(5, always))
		g.options.Workers = 1
		g.options.API = sameID{g.server}
		s := g.mustRun(t)
		if s.Stop == nil || s.Stop.Reason != StopContract || g.server.writes != 2 || s.Counts[Created] != 1 || s.Counts[Unknown] != 1 {
			t.Errorf("%v, %v after %d sends", s.Stop, s.Counts, g.server.writes)
		}
	})
}

// sameID gives every customer the same id.
type sameID struct{ *server }

func (s sameID) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	made, err := s.server.Create(ctx, r)
	if err == nil {
		made.ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	}
	return made, err
}

func TestTooManyRefusalsStopTheRun(t *testing.T) {
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
				g.server.fault = func(write int, _ Values) writeFault {
					if test.bad(write) {
						return writeFault{kind: fault422}
					}
					return writeFault{}
				}
				s := g.mustRun(t)
				g.check(t, s)
				stopped := s.Stop != nil && s.Stop.Reason == StopErrors
				if g.server.writes != test.sends || stopped != (test.sends < 400) || s.ExitCode() != test.exit {
					t.Errorf("stop %v after %d sends, exit code %d; want %d, %d", s.Stop, g.server.writes, s.ExitCode(), test.sends, test.exit)
				}
			})
		})
	}
}

func TestAnInputThatChangesStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(g *rig){
		"fewer rows": func(g *rig) { g.rows = g.rows[:10] },
		"more rows":  func(g *rig) { g.rows = someRows(80, always) },
		"noticed":    func(g *rig) { g.options.Changed = func() bool { return g.server.sent() > 10 } },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(60, always))
				g.options.Workers = 1
				g.options.Plan.Rows = 60
				change(g)
				s := g.mustRun(t)
				if s.Stop == nil || s.Stop.Reason != StopFile || s.ExitCode() != 11 || g.server.writes > 60 {
					t.Errorf("%v after %d sends", s.Stop, g.server.writes)
				}
			})
		})
	}
}

func TestTheGravestReasonGivesTheExitCode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason StopReason
		counts map[State]int
		want   int
	}{
		"all created":                      {"", map[State]int{Created: 4}, 0},
		"all there":                        {"", map[State]int{Exists: 4}, 0},
		"duplicates":                       {"", map[State]int{Created: 3, DuplicateInFile: 1}, 0},
		"one rejected":                     {"", map[State]int{Created: 3, Rejected: 1}, 8},
		"one invalid":                      {"", map[State]int{Created: 3, Invalid: 1}, 8},
		"all rejected":                     {"", map[State]int{Rejected: 4}, 6},
		"all rejected or invalid":          {"", map[State]int{Rejected: 3, Invalid: 1}, 6},
		"one unknown":                      {"", map[State]int{Created: 2, Unknown: 1, Rejected: 1}, 9},
		"journal before unknown":           {StopJournal, map[State]int{Unknown: 4}, 11},
		"file before unknown":              {StopFile, map[State]int{Unknown: 4}, 11},
		"unknown before refused":           {StopAuth, map[State]int{Pending: 3, Unknown: 1}, 9},
		"refused before rejected":          {StopAuth, map[State]int{Pending: 3, Rejected: 1}, 4},
		"rate limit before rejected":       {StopRateLimit, map[State]int{Pending: 3, Rejected: 1}, 7},
		"outage before rejected":           {StopOutage, map[State]int{Pending: 3, Rejected: 1}, 10},
		"bad answers":                      {StopContract, map[State]int{Pending: 4}, 10},
		"proxy":                            {StopServer, map[State]int{Pending: 4}, 10},
		"redirect":                         {StopRedirect, map[State]int{Pending: 4}, 2},
		"unknown before a redirect":        {StopRedirect, map[State]int{Pending: 3, Unknown: 1}, 9},
		"wrong address":                    {StopAddress, map[State]int{Pending: 4}, 2},
		"clone source gone":                {StopNoSource, map[State]int{Pending: 4}, 3},
		"too many errors":                  {StopErrors, map[State]int{Pending: 1, Rejected: 3}, 8},
		"canary":                           {StopCanary, map[State]int{Pending: 4}, 8},
		"interrupted, none the worse":      {StopInterrupted, map[State]int{Created: 1, Pending: 3}, 0},
		"interrupted after a refusal":      {StopInterrupted, map[State]int{Rejected: 1, Pending: 3}, 0},
		"interrupted with an open outcome": {StopInterrupted, map[State]int{Unknown: 1, Pending: 3}, 9},
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

func TestWhatIsMissingAtTheEndWeighsMoreThanARefusal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		s    Summary
		want int
	}{
		"missing":                    {Summary{Counts: map[State]int{Created: 4}, Missing: 1}, 10},
		"not read back":              {Summary{Counts: map[State]int{Created: 4}, Unread: errors.New("no")}, 10},
		"missing and rejected":       {Summary{Counts: map[State]int{Created: 3, Rejected: 1}, Missing: 1}, 10},
		"missing and unknown":        {Summary{Counts: map[State]int{Created: 3, Unknown: 1}, Missing: 1}, 9},
		"interrupted while it looks": {Summary{Counts: map[State]int{Created: 4}, Stop: &StopError{Reason: StopInterrupted}}, 0},
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
