package bulk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// bubble runs a test in virtual time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}

// first makes a fault of the first writes of each row.
func first(n int, f writeFault) func(*server) func(int, Values) writeFault {
	return func(s *server) func(int, Values) writeFault {
		return func(_ int, v Values) writeFault {
			if s.posts[v[CompanyName]] <= n {
				return f
			}
			return writeFault{}
		}
	}
}

func TestEveryRowIsCreatedOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(500, func(i int) bool { return i%10 != 0 }))
		g.options.Workers = 16
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[Created] != 500 || s.ExitCode() != 0 || s.Posts != 500 || s.Retries != 0 {
			t.Errorf("%+v", s)
		}
		g.checkFinished(t, t.Context())
	})
}

func TestAnEmptyInputIsFinishedAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(nil)
		g.check(t, g.finish(t, t.Context()))
		g.checkFinished(t, t.Context())
	})
}

// A fault that meets each row once, and what has become of the rows at the end.
func TestOneFaultForEveryRow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault writeFault
		email bool
		want  State
		sends int // of each row
		exit  int
	}{
		"never sent":                       {writeFault{kind: faultNeverSent}, true, Created, 2, 0},
		"never sent, no email":             {writeFault{kind: faultNeverSent}, false, Created, 2, 0},
		"lost":                             {writeFault{kind: faultLost}, true, Created, 2, 0},
		"lost, no email":                   {writeFault{kind: faultLost}, false, Unknown, 1, 9},
		"lost after the commit":            {writeFault{kind: faultLostDone}, true, Created, 1, 0},
		"lost after the commit, no email":  {writeFault{kind: faultLostDone}, false, Created, 1, 0},
		"lost, committed later":            {writeFault{kind: faultLostDone, delay: 54 * time.Second}, true, Created, 1, 0},
		"lost, committed later, no email":  {writeFault{kind: faultLostDone, delay: 54 * time.Second}, false, Created, 1, 0},
		"500":                              {writeFault{kind: fault500}, true, Created, 2, 0},
		"500, no email":                    {writeFault{kind: fault500}, false, Unknown, 1, 9},
		"500 after the commit":             {writeFault{kind: fault500Done}, true, Created, 1, 0},
		"page instead of an answer":        {writeFault{kind: faultHTML}, true, Created, 2, 0},
		"page after the commit, no email":  {writeFault{kind: faultHTMLDone}, false, Created, 1, 0},
		"redirected":                       {writeFault{kind: fault307}, true, Created, 2, 0},
		"redirected after the commit":      {writeFault{kind: fault307Done}, true, Created, 1, 0},
		"redirected thus, and no email":    {writeFault{kind: fault307Done}, false, Created, 1, 0},
		"429":                              {writeFault{kind: fault429, retry: 7 * time.Second}, true, Created, 2, 0},
		"429 without a time, and no email": {writeFault{kind: fault429}, false, Created, 2, 0},
		"refused":                          {writeFault{kind: fault422}, true, Rejected, 1, 6},
		"refused, no email":                {writeFault{kind: fault422}, false, Rejected, 1, 6},
	} {
		for _, clone := range []bool{false, true} {
			if clone {
				name += ", clone"
			}
			t.Run(name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					g := newRig(someRows(2, func(int) bool { return test.email }))
					g.options.Workers = 1
					if clone {
						g.clones()
					}
					g.server.fault = first(1, test.fault)(g.server)
					s := g.finish(t, t.Context())
					g.check(t, s)
					if s.Counts[test.want] != 2 || s.ExitCode() != test.exit {
						t.Errorf("counts %v, exit code %d; want 2 %s, %d", s.Counts, s.ExitCode(), test.want, test.exit)
					}
					for row, n := range g.server.posts {
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

func TestWhoHasTheEmailDecidesOnARefusal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(2, always))
		g.server.fault = func(_ int, v Values) writeFault {
			if v[CompanyName] == "Company 1" {
				return writeFault{kind: fault409}
			}
			return writeFault{}
		}
		theirs := g.rows[0].Values
		theirs[CompanyName] = "Somebody else"
		c, _ := g.server.commit(theirs, 0)
		s := g.finish(t, t.Context())
		if diff := cmp.Diff(map[State]int{Exists: 1, Rejected: 1}, s.Counts); diff != "" {
			t.Error(diff)
		}
		got := outcomesOf(t, g)[0]
		if got.id != c.id || got.status != 409 || got.code != "conflict" || got.evidence != byRefusal {
			t.Errorf("the journal has %+v, want the customer %s", got, c.id)
		}
	})
}

// outcomesOf reads the last outcome of each row from the journal.
func outcomesOf(t *testing.T, g *rig) map[int]outcome {
	t.Helper()
	f := g.disk.files[g.dir+"/"+journalFile]
	last := map[int]outcome{}
	_, _, err := readLines(f, int64(len(f.live)), func(_ int64, _ []byte, e *entry) error {
		if e.kind == kindOutcome {
			last[e.row] = e.outcome
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// The first send was carried out, but readers see it late: the second one is refused, and the customer is ours, unless
// its fields say that it is not.
func TestARefusalOfTheSecondSendMayMeanThatTheFirstWasCarriedOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		second faultKind
		theirs bool
		want   State
	}{
		"duplicate":                       {faultNone, false, Created},
		"another refusal":                 {fault422, false, Created},
		"duplicate of somebody else's":    {faultNone, true, Exists},
		"other refusal, somebody has it":  {fault422, true, Exists},
		"duplicate of nobody who is seen": {fault409, false, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(1, always))
				g.server.lag = 70 * time.Second
				if test.want == Unknown {
					g.server.lag = time.Hour
				}
				g.server.fault = func(write int, v Values) writeFault {
					switch {
					case write > 1:
						return writeFault{kind: test.second, after: 5 * time.Second}
					case test.theirs:
						v[Currency] = "USD"
						g.server.add(customer{id: uuid.New(), values: v, at: time.Now()})
						return writeFault{kind: faultLost}
					}
					return writeFault{kind: faultLostDone}
				}
				s := g.finish(t, t.Context())
				if s.Counts[test.want] != 1 || g.server.writes != 2 {
					t.Errorf("counts %v after %d sends, want one %s\n%s", s.Counts, g.server.writes, test.want, g.journalText())
				}
				if o := lastOutcome(t, g); test.want == Unknown && !strings.Contains(o.text, "nobody can be found who has: ") {
					t.Errorf("the reason is %q", o.text)
				}
			})
		})
	}
}

func TestARowIsSentFiveTimesAtMost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		g.server.fault = func(int, Values) writeFault { return writeFault{kind: faultLost} }
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[Unknown] != 1 || g.server.writes != 5 || s.ExitCode() != 9 {
			t.Errorf("counts %v, %d sends, exit code %d", s.Counts, g.server.writes, s.ExitCode())
		}
	})
}

func TestAnInterruptFinishesWhatIsUnderWayAndNothingElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(100, always))
		ctx, interrupt := context.WithCancelCause(t.Context())
		cause := errors.New("interrupt")
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 10 {
				interrupt(cause)
			}
			return writeFault{after: time.Second}
		}
		s, err := g.run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		g.check(t, s)
		if s.Stop == nil || s.Stop.Reason != StopInterrupted || !errors.Is(s.Stop, cause) || s.Counts[Unknown] != 0 {
			t.Errorf("stop %v, counts %v", s.Stop, s.Counts)
		}
		if n := g.server.writes; n < 10 || n > 12 || s.Counts[Created] != n {
			t.Errorf("%d sends, counts %v", n, s.Counts)
		}
		g.check(t, g.finish(t, t.Context()))
		g.checkFinished(t, t.Context())
	})
}

func TestRowsThatAreThereAlreadyOrWereTakenOutAreNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(10, always))
		id := uuid.NewString()
		g.options.Existing = func(key string) (string, bool) { return id, key == g.rows[3].Key }
		g.options.Skip = func(row int) (State, bool) {
			return map[int]State{5: Invalid, 6: DuplicateInFile}[row], row == 5 || row == 6
		}
		s := g.finish(t, t.Context())
		want := map[State]int{Created: 7, Exists: 1, Invalid: 1, DuplicateInFile: 1}
		if diff := cmp.Diff(want, s.Counts); diff != "" || g.server.writes != 7 {
			t.Errorf("%d sends\n%s", g.server.writes, diff)
		}
	})
}
