package bulk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// What is sent beside a journal that is gone would be sent again by the next run.
func TestJournal_RemovedOrReplacedStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(d *simulate.Disk, file string){
		"removed":  func(d *simulate.Disk, file string) { delete(d.Files, file) },
		"replaced": func(d *simulate.Disk, file string) { d.Files[file] = &simulate.File{Disk: d, Name: file} },
	} {
		for _, waits := range []time.Duration{50 * time.Millisecond, 2 * time.Hour} { // the second while nothing is recorded
			t.Run(fmt.Sprintf("%s/%v", name, waits), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					g := newRig(someRows(4000, always))
					var gone time.Time
					g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
						switch {
						case write == 100:
							g.disk.Mu.Lock()
							spoil(g.disk, g.dir+"/"+journal.FileName)
							g.disk.Mu.Unlock()
							gone = time.Now()
							if waits > time.Minute {
								return simulate.WriteFault{Kind: simulate.Fault429, Retry: time.Hour}
							}
						case !gone.IsZero() && time.Since(gone) > time.Second:
							t.Errorf("a row is sent %v after the journal is gone", time.Since(gone))
						}
						return simulate.WriteFault{After: 50 * time.Millisecond}
					}
					s, _ := g.run(t.Context(), nil)
					if took := time.Since(gone); s == nil || s.Stop == nil || s.Stop.Reason != StopJournal || s.ExitCode() != 11 || took > time.Second {
						t.Errorf("%+v after %v", s, took)
					}
				})
			})
		}
	}
}

// The import is continued from the journal and from a copy of it: every open row of the copy is searched before it is sent.
func TestJournal_CopyIsSearchedBeforeSending(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "rows")
		emails := rapid.SliceOfN(rapid.Bool(), n, n).Draw(rt, "emails")
		dieAt, unique := rapid.IntRange(60, 200).Draw(rt, "dies at"), rapid.Bool().Draw(rt, "unique")
		var said modelErrors
		synctest.Test(t, func(t *testing.T) {
			defer said.recover()
			g := newRig(someRows(n, func(i int) bool { return emails[i] }))
			g.server.Unique, g.disk.Place = unique, "a"
			if _, err := g.run(t.Context(), &simulate.Crash{At: dieAt}); err != nil && !errors.Is(err, simulate.ErrDead) {
				said.Fatal(err)
			}
			copied := g.disk.Reboot(nil, simulate.Tear(dieAt%int(simulate.Tears)))
			g.disk = g.disk.Reboot(nil, 0)
			g.check(&said, g.finish(&said, t.Context()))
			sent := g.server.Writes
			copied.Place, g.disk = "b", copied
			s := g.finish(&said, t.Context())
			if g.server.Writes != sent {
				said.Errorf("the copy sent %d rows again: %v", g.server.Writes-sent, s.Counts)
			}
			made := map[string]int{}
			for _, c := range g.server.Final() {
				if made[c.Values[record.CompanyName]]++; made[c.Values[record.CompanyName]] > 1 {
					said.Errorf("%s was created twice", c.Values[record.CompanyName])
				}
			}
		})
		if len(said) > 0 {
			rt.Fatal(strings.Join(said, "\n"))
		}
	})
}

// A customer that was created since the import began may be the other copy's; an older one is not.
func TestJournal_CopyNamesTheOtherCopy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(10, always))
		g.disk.Place = "a"
		g.server.Add(simulate.Customer{ID: uuid.New(), Values: g.rows[9].Values, At: time.Now().Add(-time.Hour), Other: true})
		g.die(t, 60, 0)
		copied := g.disk.Reboot(nil, 0)
		g.finish(t, t.Context())
		copied.Place, g.disk = "b", copied
		g.finish(t, t.Context())
		others := 0
		g.lines(t, func(e *journal.Entry) {
			if e.Kind != journal.KindOutcome || e.Outcome.State != record.Exists {
				return
			}
			named := strings.Contains(e.Outcome.Text, "another copy")
			if named {
				others++
			}
			if named == (e.Row == 9) {
				t.Errorf("row %d: %+v", e.Row, e.Outcome)
			}
		})
		if others == 0 {
			t.Error("the other copy has created nothing")
		}
	})
}

// A process that is started again at the same place, also after a reboot, searches nothing.
func TestJournal_RebootIsNoCopy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(10, always))
		g.disk.Place = "a"
		g.die(t, 120, 0)
		reads := g.server.Reads
		if s := g.finish(t, t.Context()); s.Counts[record.Created] != 10 || g.server.Reads-reads > g.options.Workers {
			t.Errorf("%v after %d reads", s.Counts, g.server.Reads-reads)
		}
	})
}
