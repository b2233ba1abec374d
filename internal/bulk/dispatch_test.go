package bulk

import (
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
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

func TestReconcile_OtherRowsContinue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(100, always))
		g.options.Workers = 1
		began := time.Now()
		last := began
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1 {
				return simulate.WriteFault{Kind: simulate.FaultLost, After: time.Second}
			}
			if write <= 100 {
				last = time.Now()
			}
			return simulate.WriteFault{After: time.Millisecond}
		}
		g.check(t, g.finish(t, t.Context()))
		if d := last.Sub(began); d > 5*time.Second {
			t.Errorf("the other rows took %v", d)
		}
	})
}

// A slow server keeps rows waiting whose send is in the journal already. A crash counts the quiet period from there.
func TestSend_NoneLeavesLongAfterItsLine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(200, always))
		g.options.Workers = 2
		sent := map[string]time.Time{}
		g.server.Fault = func(write int, v record.Values) simulate.WriteFault {
			sent[v[record.CompanyName]] = time.Now()
			if write < 150 {
				return simulate.WriteFault{After: time.Millisecond} // so that many are journaled ahead
			}
			return simulate.WriteFault{After: 5 * time.Second}
		}
		g.check(t, g.finish(t, t.Context()))
		written := map[int]time.Time{}
		g.lines(t, func(e *journal.Entry) {
			if e.Kind == journal.KindSend {
				written[e.Row] = e.At
			}
		})
		for i, r := range g.rows {
			if d := sent[r.Values[record.CompanyName]].Sub(written[i]); d < 0 || d > time.Second { // not slotLasts: the guard of it is switched off by another value
				t.Errorf("row %d left %v after its line", i, d)
			}
		}
	})
}
