package bulk

import (
	"testing"
	"time"
)

func TestRowsWithoutEmailAreSentOneAfterAnother(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3, func(int) bool { return false }))
		g.options.Workers = 16
		var sent []time.Time
		g.server.fault = func(int, Values) writeFault {
			sent = append(sent, time.Now())
			return writeFault{kind: faultLost}
		}
		g.finish(t, t.Context())
		for i := range sent[1:] {
			if gap := sent[i+1].Sub(sent[i]); gap < QuietPeriod {
				t.Errorf("a row was sent %v after one whose outcome was open", gap)
			}
		}
		if len(sent) != 3 {
			t.Errorf("%d sends", len(sent))
		}
	})
}

func TestOtherRowsGoOnWhileOneWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(100, always))
		g.options.Workers = 1
		began := time.Now()
		last := began
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 1 {
				return writeFault{kind: faultLost, after: time.Second}
			}
			if write <= 100 {
				last = time.Now()
			}
			return writeFault{after: time.Millisecond}
		}
		g.check(t, g.finish(t, t.Context()))
		if d := last.Sub(began); d > 5*time.Second {
			t.Errorf("the other rows took %v", d)
		}
	})
}

// A slow server keeps rows waiting whose send is in the journal already. A crash counts the quiet period from there.
func TestNoSendLeavesLongAfterItsLineInTheJournal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(200, always))
		g.options.Workers = 2
		sent := map[string]time.Time{}
		g.server.fault = func(write int, v Values) writeFault {
			sent[v[CompanyName]] = time.Now()
			if write < 150 {
				return writeFault{after: time.Millisecond} // so that many are journaled ahead
			}
			return writeFault{after: 5 * time.Second}
		}
		g.check(t, g.finish(t, t.Context()))
		f := g.disk.files[g.dir+"/"+journalFile]
		written := map[int]time.Time{}
		_, _, err := readLines(f, int64(len(f.live)), func(_ int64, _ []byte, e *entry) error {
			if e.kind == kindSend {
				written[e.row] = e.at
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range g.rows {
			if d := sent[r.Values[CompanyName]].Sub(written[i]); d < 0 || d > turnLasts {
				t.Errorf("row %d left %v after its line", i, d)
			}
		}
	})
}
