package bulk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// A customer that another operator has created beside a lost answer is never reported as created, unless it is equal.
func TestProof_SecondOperator(t *testing.T) {
	t.Parallel()
	change := func(i int, value string) func(record.Values) record.Values {
		return func(v record.Values) record.Values { v[i] = value; return v }
	}
	for name, test := range map[string]struct {
		theirs func(record.Values) record.Values
		lost   simulate.FaultKind // what becomes of our own write
		want   record.State
	}{
		"another country, lost":    {change(record.CountryCode, "FR"), simulate.FaultLost, record.Unknown},
		"another currency, lost":   {change(record.Currency, "USD"), simulate.FaultLost, record.Unknown},
		"another company, lost":    {change(record.CompanyName, "Other"), simulate.FaultLost, record.Unknown},
		"a locale more, lost":      {change(record.Locale, "fr-FR"), simulate.FaultLost, record.Unknown},
		"equal, lost":              {func(v record.Values) record.Values { return v }, simulate.FaultLost, record.Created},
		"another email, lost":      {change(record.Email, "other@example.com"), simulate.FaultLost, record.Created},
		"another country, 500":     {change(record.CountryCode, "FR"), simulate.Fault500, record.Unknown},
		"another country, refused": {change(record.CountryCode, "FR"), simulate.FaultNone, record.Exists},
		"another country, created": {change(record.Email, "other@example.com"), simulate.FaultNone, record.Created},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(3, always))
				g.oldCustomer()
				g.server.Fault = func(_ int, v record.Values) simulate.WriteFault {
					if v[record.CompanyName] != "Company 1" || g.server.Posts["Company 1"] > 1 {
						return simulate.WriteFault{}
					}
					return simulate.WriteFault{Kind: test.lost, Before: []record.Values{test.theirs(v)}}
				}
				s := g.finish(t, t.Context())
				g.checkIdentity(t)
				want := map[record.State]int{record.Created: 2}
				if want[test.want]++; !cmp.Equal(want, s.Counts) {
					t.Errorf("%s\n%s", cmp.Diff(want, s.Counts), g.journalText())
				}
			})
		})
	}
}

// The quiet period counts from the end of the attempt: a long attempt and a late commit do not add up to a second customer.
func TestProof_LongAttempts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(4, always))
		g.oldCustomer()
		g.server.Unique = false
		g.options.RequestTimeout = 90 * time.Second
		g.server.Fault = func(int, record.Values) simulate.WriteFault {
			return simulate.WriteFault{Kind: simulate.FaultLostCommitted, After: 85 * time.Second, Delay: 140 * time.Second}
		}
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[record.Created] != 4 || s.BySearch != 4 {
			t.Errorf("counts %v, %d by search", s.Counts, s.BySearch)
		}
	})
}

// A server that stores addresses without their tags answers with another email. Nothing is sent again, whatever is killed.
func TestProof_RewrittenAddresses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for dieAt := 0; ; dieAt++ {
			rows := someRows(2, always)
			for i := range rows {
				rows[i].Values[record.Email] = fmt.Sprintf("user%d+tag@example.com", i)
				rows[i].Key = rows[i].Values[record.Email]
			}
			g := newRig(rows)
			g.oldCustomer()
			g.server.Unique, g.server.Rewrite = false, dropTag
			g.server.Lag = 3 * time.Second // so that a run dies while it looks at the customer
			if dieAt > 0 && !g.die(t, dieAt, simulate.Tear(dieAt%int(simulate.Tears))) {
				return
			}
			s := g.finish(t, t.Context())
			g.checkIdentity(t)
			if g.server.Writes > 2 || dieAt == 0 && s.Counts[record.Created] != 2 {
				t.Fatalf("after a death at %d: %d sends, counts %v\n%s", dieAt, g.server.Writes, s.Counts, g.journalText())
			}
			if o := lastOutcome(t, g); dieAt == 0 && !strings.Contains(o.Text, `+tag@example.com" as "user`) {
				t.Errorf("the journal says %q", o.Text)
			}
		}
	})
}

func dropTag(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}

// A server may answer 2xx with a customer that was there before.
func TestProof_GetOrCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		old   func(rows []record.Row) []record.Values
		sends int
		want  map[record.State]int
	}{
		"one of ten": {func(rows []record.Row) []record.Values { return []record.Values{rows[4].Values} }, 10, map[record.State]int{record.Created: 9, record.Exists: 1}},
		"with other data": {func(rows []record.Row) []record.Values {
			v := rows[4].Values
			v[record.CountryCode] = "FR"
			return []record.Values{v}
		}, 10, map[record.State]int{record.Created: 9, record.Exists: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(10, always))
				g.options.Workers = 2
				g.server.GetOrCreate = true
				g.oldCustomer()
				for _, v := range test.old(g.rows) {
					g.server.Add(simulate.Customer{ID: uuid.New(), Values: v, At: time.Now().Add(-time.Hour), Other: true})
				}
				g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{After: time.Second} }
				s := g.finish(t, t.Context())
				g.checkIdentity(t)
				if diff := cmp.Diff(test.want, s.Counts); diff != "" || g.server.Writes != test.sends {
					t.Errorf("%d sends\n%s", g.server.Writes, diff)
				}
			})
		})
	}
}

// The server's clock is set while an import runs. Whatever answers are lost, no row of its own is reported as existing.
func TestProof_ClockSteps(t *testing.T) {
	t.Parallel()
	for _, step := range []time.Duration{-time.Hour, -10 * time.Second, 10 * time.Second, time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(60, always))
				g.options.Workers = 4
				g.oldCustomer()
				g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
					f := simulate.WriteFault{After: 300 * time.Millisecond}
					if write%10 == 3 {
						f.Kind = simulate.FaultLostCommitted
					}
					if write == 30 {
						f.Step = step
					}
					return f
				}
				s := g.finish(t, t.Context())
				g.checkIdentity(t)
				if s.Counts[record.Created]+s.Counts[record.Unknown] != 60 || s.Counts[record.Unknown] > 5 || g.server.Writes != 60 {
					t.Errorf("counts %v, %d sends\n%s", s.Counts, g.server.Writes, g.journalText())
				}
			})
		})
	}
}

// identityRuns is how many random imports [TestProof_Identity] tries; HYDRACTL_IDENTITY_RUNS sets another number.
func identityRuns() int {
	if n, err := strconv.Atoi(os.Getenv("HYDRACTL_IDENTITY_RUNS")); err == nil {
		return n
	}
	if raceDetector {
		return 40
	}
	return 400
}

// Random imports into random servers beside a second operator keep the invariants of identity.
func TestProof_Identity(t *testing.T) {
	t.Parallel()
	const parts = 8
	for part := range parts {
		t.Run(strconv.Itoa(part), func(t *testing.T) {
			t.Parallel()
			counts := map[record.State]int{}
			for seed := part; seed < identityRuns(); seed += parts {
				var errs modelErrors
				synctest.Test(t, func(t *testing.T) {
					defer errs.recover()
					for state, n := range playIdentity(t.Context(), &errs, uint64(seed)) {
						counts[state] += n
					}
				})
				if len(errs) > 0 {
					t.Fatalf("seed %d:\n%s", seed, strings.Join(errs, "\n"))
				}
			}
			t.Logf("rows %v", counts)
			if counts[record.Created] < 2*counts[record.Unknown] {
				t.Errorf("most rows should be created: %v", counts)
			}
		})
	}
}

// identityCase is a random server and what happens to it.
type identityCase struct {
	*rand.Rand
	g *rig
}

func (c identityCase) chance(percent int) bool { return c.IntN(100) < percent }

// pick returns one of several values; the first stands for the ordinary, and is returned in most cases.
func pick[T any](c identityCase, ordinary T, others ...T) T {
	if c.chance(70) {
		return ordinary
	}
	return others[c.IntN(len(others))]
}

func playIdentity(ctx context.Context, t *modelErrors, seed uint64) map[record.State]int {
	c := identityCase{Rand: rand.New(rand.NewPCG(seed, 1))}
	c.g = newRig(c.rows())
	c.setServer()
	for range c.IntN(3) {
		crash := &simulate.Crash{At: 1 + c.IntN(120)}
		if _, err := c.g.run(ctx, crash); err != nil && !errors.Is(err, simulate.ErrDead) {
			t.Fatal(fmt.Sprintf("%s: %v", crash.Where, err))
		}
		c.g.disk = c.g.disk.Reboot(nil, simulate.Tear(c.IntN(int(simulate.Tears))))
		clear(c.g.server.Answered) // the answer may not have been journaled
		time.Sleep(time.Duration(c.IntN(150)) * time.Second)
	}
	s := c.g.finish(t, ctx)
	c.g.checkIdentity(t)
	c.g.checkFinished(t, ctx)
	if len(*t) > 0 {
		t.Errorf("%s", c.g.journalText())
	}
	return s.Counts
}

func (c identityCase) rows() []record.Row {
	rows := someRows(3+c.IntN(8), func(int) bool { return c.chance(85) })
	for i := range rows {
		v := &rows[i].Values
		if v[record.Email] != "" && c.chance(15) {
			v[record.Email] = fmt.Sprintf("user%d+tag@example.com", i)
			rows[i].Key = v[record.Email]
		}
		for _, f := range []int{record.CountryCode, record.Currency, record.Locale, record.Timezone} {
			if v[f] = ""; c.chance(50) {
				v[f] = [...]string{record.CountryCode: "DE", record.Currency: "EUR", record.Locale: "de-DE", record.Timezone: "Europe/Berlin"}[f]
			}
		}
	}
	return rows
}

func (c identityCase) setServer() {
	g, s := c.g, c.g.server
	g.options.Workers = 1 + c.IntN(4)
	s.Unique = c.chance(70)
	s.GetOrCreate = s.Unique && c.chance(15)
	s.SearchBlind = c.chance(8)
	s.Lag = pick(c, 0, time.Second, 4*time.Second)
	s.SearchLag = pick(c, 0, 3*time.Second, 8*time.Second)
	if c.chance(25) {
		s.Defaults = record.Values{record.Currency: "USD", record.Timezone: "UTC"}
	}
	if c.chance(15) {
		s.Rewrite = dropTag
	}
	for range c.IntN(3) {
		g.oldCustomer()
	}
	for _, r := range g.rows {
		if c.chance(6) {
			s.Add(simulate.Customer{ID: uuid.New(), Values: s.Stored(c.similar(r.Values)), At: time.Now().Add(-3 * time.Hour), Other: true})
		}
	}
	steps := c.chance(20) // once: a clock that is set there and back within a request looks like an old customer
	s.Fault = func(_ int, v record.Values) simulate.WriteFault {
		f := simulate.WriteFault{After: time.Duration(c.IntN(1500)) * time.Millisecond}
		f.Kind = pick(c, simulate.FaultNone, simulate.FaultNeverSent, simulate.FaultLost, simulate.FaultLostCommitted, simulate.FaultLostCommitted,
			simulate.Fault500, simulate.Fault500Committed, simulate.FaultPageCommitted)
		if f.Kind != simulate.FaultNone {
			f.Delay = time.Duration(c.IntN(50)) * time.Second
			f.After = time.Duration(c.IntN(29)) * time.Second
		}
		if c.chance(10) && !s.GetOrCreate { // there an answer looks the same, whoever created the customer a moment ago
			f.Before = append(f.Before, c.similar(v))
		}
		if c.chance(10) && !s.GetOrCreate {
			f.Beside = append(f.Beside, c.similar(v))
		}
		if steps && c.chance(10) {
			steps = false
			f.Step = []time.Duration{-time.Hour, -10 * time.Second, -3 * time.Second, 5 * time.Second, time.Hour}[c.IntN(5)]
		}
		return f
	}
}

// similar is what another operator may create beside a row.
func (c identityCase) similar(v record.Values) record.Values {
	switch c.IntN(5) {
	case 0:
		v[record.CountryCode] = "FR"
	case 1:
		v[record.Currency] = "CHF"
	case 2:
		v[record.Locale] = "fr-FR"
	case 3:
		v[record.CompanyName] = "Other"
	}
	return v
}

// checkIdentity compares what the import reports of whose customers there are with what is so.
func (g *rig) checkIdentity(t fataler) {
	t.Helper()
	byID, own := map[string]simulate.Customer{}, map[string]int{}
	for _, c := range g.server.Final() {
		byID[c.ID.String()] = c
		if !c.Other {
			own[c.Values[record.CompanyName]]++
		}
	}
	for _, name := range g.server.Resent {
		t.Errorf("%s was sent again after a 2xx that names its customer", name)
	}
	ids := g.outcomeIDs(t)
	j, err := journal.Read(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range g.rows {
		state, _ := j.State(r.Index)
		name, c := r.Values[record.CompanyName], byID[ids[r.Index]]
		stored := g.server.Stored(r.Values)
		mine := !c.Other && c.Values[record.CompanyName] == name
		switch {
		case own[name] > 1:
			t.Errorf("row %d was created %d times", r.Index, own[name])
		case state == record.Created && c.ID == uuid.Nil:
			t.Errorf("row %d is reported as created, and there is no customer %q", r.Index, ids[r.Index])
		case state == record.Created && !cmp.Equal(ignoreIndustry(c.Values), ignoreIndustry(stored)):
			t.Errorf("row %d is reported as created, and its customer is %v (other: %v) in place of %v", r.Index, c.Values, c.Other, stored)
		case state == record.Exists && (mine || own[name] > 0):
			t.Errorf("row %d is reported as existing, and is the import's own", r.Index)
		case own[name] > 0 && (state == record.Rejected || state == record.Pending):
			t.Errorf("row %d was created, and is reported as %s", r.Index, state)
		}
	}
}

// ignoreIndustry leaves out what no answer of the server holds.
func ignoreIndustry(v record.Values) record.Values {
	v[record.Industry] = ""
	return v
}

// outcomeIDs returns the customers of the last outcomes by row.
func (g *rig) outcomeIDs(t fataler) map[int]string {
	t.Helper()
	j, err := journal.Read(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[int]string{}
	err = j.Lines(func(e *journal.Entry) {
		if e.Kind == journal.KindOutcome {
			ids[e.Row] = e.Outcome.ID.String()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}
