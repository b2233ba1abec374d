package bulk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// TestProof_ModelOfAnyImport is a model test: any rows, any faults in any order, deaths, edits of the file and
// second runs beside the first. Whatever comes, the truth and the journal must agree at the end.
func TestProof_ModelOfAnyImport(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		plan := drawPlan(rt)
		var said modelErrors
		synctest.Test(t, func(t *testing.T) {
			defer said.recover()
			plan.play(t.Context(), &said)
		})
		if len(said) > 0 {
			rt.Fatal(strings.Join(said, "\n"))
		}
	})
}

// modelErrors takes the place of a test within a bubble, so that rapid can try again with less.
type modelErrors []string

func (e *modelErrors) Helper() {}

func (e *modelErrors) Errorf(format string, args ...any) {
	*e = append(*e, fmt.Sprintf(format, args...))
}

func (e *modelErrors) Fatal(args ...any) {
	*e = append(*e, fmt.Sprint(args...))
	panic(e)
}

func (e *modelErrors) recover() {
	if r := recover(); r != nil && r != any(e) {
		panic(r)
	}
}

// modelPlan is everything that happens in one test, drawn beforehand.
type modelPlan struct {
	emails  []bool
	taken   []bool
	faults  []simulate.WriteFault
	workers int
	unique  bool
	lag     time.Duration
	limits  Limits
	steps   []modelStep
}

// modelStep is a run that dies, and what happens after it.
type modelStep struct {
	dieAt  int
	how    simulate.Tear
	second bool // another process tries the same import meanwhile
	edit   int  // 0 for none, else the row that is edited
	drop   bool // the first row is removed
	pause  time.Duration
}

func drawPlan(rt *rapid.T) modelPlan {
	n := rapid.IntRange(0, 10).Draw(rt, "rows")
	p := modelPlan{
		emails:  rapid.SliceOfN(rapid.Bool(), n, n).Draw(rt, "emails"),
		taken:   rapid.SliceOfN(rapid.Bool(), n, n).Draw(rt, "taken"),
		workers: rapid.SampledFrom([]int{1, 2, 4, 16}).Draw(rt, "workers"),
		unique:  rapid.Bool().Draw(rt, "unique"),
		lag:     time.Duration(rapid.IntRange(0, 5).Draw(rt, "lag")) * time.Second,
		limits:  Limits{PerMinute: rapid.SampledFrom([]int{0, 60, 6000}).Draw(rt, "limit")},
	}
	p.faults = rapid.SliceOfN(rapid.Custom(drawFault), 0, 12).Draw(rt, "faults")
	p.steps = rapid.SliceOfN(rapid.Custom(drawStep), 0, 4).Draw(rt, "steps")
	return p
}

func drawFault(rt *rapid.T) simulate.WriteFault {
	return simulate.WriteFault{
		Kind:  simulate.FaultKind(rapid.IntRange(0, int(simulate.FaultKinds)-1).Draw(rt, "kind")),
		Delay: time.Duration(rapid.IntRange(0, 54).Draw(rt, "delay")) * time.Second,
		After: time.Duration(rapid.IntRange(0, 30).Draw(rt, "after")) * time.Second,
		Retry: time.Duration(rapid.IntRange(0, 90).Draw(rt, "retry")) * time.Second,
	}
}

func drawStep(rt *rapid.T) modelStep {
	return modelStep{
		dieAt:  rapid.IntRange(1, 200).Draw(rt, "dies at"),
		how:    simulate.Tear(rapid.IntRange(0, int(simulate.Tears)-1).Draw(rt, "unsynced")),
		second: rapid.Bool().Draw(rt, "second run"),
		edit:   rapid.IntRange(0, 10).Draw(rt, "edited row"),
		drop:   rapid.Bool().Draw(rt, "dropped"),
		pause:  time.Duration(rapid.IntRange(0, 200).Draw(rt, "pause")) * time.Second,
	}
}

func (p *modelPlan) play(ctx context.Context, t *modelErrors) {
	g := newRig(someRows(len(p.emails), func(i int) bool { return p.emails[i] }))
	g.options.Workers, g.limits = p.workers, p.limits
	g.server.Lag = p.lag
	for i, r := range g.rows {
		if p.taken[i] && p.emails[i] && p.unique {
			v := r.Values
			v[record.CompanyName] = "Another company"
			_, _ = g.server.Commit(v, 0)
		}
	}
	g.server.Unique = p.unique
	time.Sleep(time.Minute)
	g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
		if write > len(p.faults) {
			return simulate.WriteFault{}
		}
		return p.faults[write-1]
	}
	for _, s := range p.steps {
		s.play(ctx, t, g)
	}
	g.check(t, g.finish(t, ctx))
	g.checkFinished(t, ctx)
	if len(*t) > 0 {
		t.Errorf("%s", g.journalText())
	}
}

func (s *modelStep) play(ctx context.Context, t *modelErrors, g *rig) {
	crash := &simulate.Crash{At: s.dieAt}
	if s.second {
		g.server.During = func() {
			_, err := journal.Open(g.disk, g.dir, g.header)
			je, _ := errors.AsType[*journal.Error](err)
			if !errors.Is(err, simulate.ErrDead) && (je == nil || je.Code != "journal_in_use") {
				t.Errorf("a second run beside the first: %v", err)
			}
		}
	}
	_, err := g.run(ctx, crash)
	g.server.During = nil
	if err != nil && !errors.Is(err, simulate.ErrDead) {
		t.Fatal(fmt.Sprintf("%s: %v", crash.Where, err))
	}
	g.disk = g.disk.Reboot(nil, s.how)
	time.Sleep(s.pause)
	if s.edit == 0 || s.edit > len(g.rows) {
		return
	}
	if _, err := journal.Read(g.disk, g.dir); err != nil {
		return // it died before there was anything to be continued
	}
	rows := append([]record.Row(nil), g.rows...)
	edited := &rows[s.edit-1].Values
	edited[record.Currency] = "USD"
	if edited[record.Email] == "" {
		edited[record.CompanyName] += " again" // without an email an edited row is another row
	}
	g.edited[edited[record.CompanyName]] = true
	if s.drop {
		rows = rows[1:]
	}
	for i := range rows {
		rows[i].Index = i
	}
	g.edit(rows)
}
