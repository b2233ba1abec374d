package bulk

import (
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// longRows is how many rows the long import has: enough for eleven hours of virtual time. HYDRACTL_LONG_ROWS=1000000, as make
// proofs sets it, makes it last for twelve days.
func longRows() int {
	if n, err := strconv.Atoi(os.Getenv("HYDRACTL_LONG_ROWS")); err == nil {
		return n
	}
	return 18_000
}

// A key with 60 requests a minute, a 429 for whoever comes first in each hour, an outage of six hours with lost answers at
// its start, and a key that is replaced: nothing is lost, nothing doubled, the limit never broken.
func TestProof_LongImportKeepsToItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := longRows()
		g := newRig(nil)
		g.limits = Limits{PerMinute: 60}
		g.options.Workers = 16
		began := time.Now()
		w := &weather{began: began, hour: -1}
		g.server.Fault, g.server.ReadFail = w.write, w.read
		g.many = n
		s, stops := g.mustRun(t), 0
		for ; s.Stop != nil; stops++ {
			if s.Stop.Reason != StopAuth || stops > 0 {
				t.Fatal(s.Stop)
			}
			w.rotated = true // the new key
			s = g.mustRun(t)
		}
		t.Logf("%d rows in %v: %d requests, %d repeated sends, counts %v", n, time.Since(began), len(g.server.Requests), s.Retries, s.Counts)
		truth := g.server.Final()
		if s.Counts[record.Created] != n || len(truth) != n || len(g.server.ByEmail) != n {
			t.Errorf("counts %v; the server has %d customers with %d emails", s.Counts, len(truth), len(g.server.ByEmail))
		}
		g.checkLimit(t)
		if stops != 1 || w.limited == 0 || w.lost == 0 || s.Retries == 0 {
			t.Errorf("%d stops, %d times 429, %d lost answers: not the test that was meant", stops, w.limited, w.lost)
		}
	})
}

// weather is what happens to a long import, by the hour since its start.
type weather struct {
	began         time.Time
	hour          int
	rotated       bool
	limited, lost int
}

func (w *weather) write(write int, _ record.Values) simulate.WriteFault {
	since := time.Since(w.began)
	switch hour := int(since.Hours()); {
	case since > 3*time.Hour && since < 9*time.Hour:
		w.lost++
		return simulate.WriteFault{Kind: []simulate.FaultKind{simulate.FaultLostCommitted, simulate.Fault500Committed, simulate.FaultLost, simulate.FaultNeverSent}[min(w.lost-1, 3)]}
	case since > 10*time.Hour && !w.rotated:
		return simulate.WriteFault{Kind: simulate.Fault401}
	case hour != w.hour:
		w.hour = hour
		w.limited++
		return simulate.WriteFault{Kind: simulate.Fault429, Retry: 90 * time.Second}
	case write%5000 == 0:
		return simulate.WriteFault{Kind: simulate.FaultLostCommitted, Delay: 50 * time.Second}
	}
	return simulate.WriteFault{}
}

func (w *weather) read(int) error {
	if since := time.Since(w.began); since > 3*time.Hour && since < 9*time.Hour {
		return simulate.Lost(false, "connection_failed")
	}
	return nil
}

// manyRows makes the input as it is read.
func manyRows(n int) func(yield func(record.Row, error) bool) {
	return func(yield func(record.Row, error) bool) {
		for i := range n {
			name := strconv.Itoa(i)
			email := "user" + name + "@example.com"
			if !yield(record.Row{Index: i, Line: i + 2, Key: email, Values: record.Values{record.CompanyName: name, record.Email: email}}, nil) {
				return
			}
		}
	}
}
