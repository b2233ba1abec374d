package bulk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestDispatch_RowsWithoutEmailAreSerial(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3, func(int) bool { return false }))
		g.options.Workers = 16
		var sent []time.Time
		g.server.Fault = func(int, record.Values) simulate.WriteFault {
			sent = append(sent, time.Now())
			return simulate.WriteFault{Kind: simulate.FaultLost}
		}
		g.finish(t, t.Context())
		for i := range sent[1:] {
			if gap := sent[i+1].Sub(sent[i]); gap < reconcile.QuietPeriod {
				t.Errorf("a row was sent %v after one whose outcome was open", gap)
			}
		}
		if len(sent) != 3 {
			t.Errorf("%d sends", len(sent))
		}
	})
}

func TestDispatch_ExistingAndSkippedRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(10, always))
		id := uuid.New()
		g.options.Existing = func(key string) (Existing, bool) { return Existing{ID: id}, key == g.rows[3].Key }
		g.rows[5].State, g.rows[6].State = record.Invalid, record.DuplicateInFile
		g.options.Plan.Out = map[record.State]int{record.Invalid: 1, record.DuplicateInFile: 1}
		s := g.finish(t, t.Context())
		want := map[record.State]int{record.Created: 7, record.Exists: 1, record.Invalid: 1, record.DuplicateInFile: 1}
		if diff := cmp.Diff(want, s.Counts); diff != "" || g.server.Writes != 7 {
			t.Errorf("%d sends\n%s", g.server.Writes, diff)
		}
	})
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
