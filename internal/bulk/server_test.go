package bulk

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// failFor makes the server unreachable for some time after a number of writes.
func failFor(s *simulate.Server, after int, d time.Duration, kind simulate.FaultKind) {
	var since time.Time
	during := func() bool { return !since.IsZero() && time.Since(since) < d }
	s.Fault = func(write int, _ record.Values) simulate.WriteFault {
		if write == after {
			since = time.Now()
		}
		if during() {
			return simulate.WriteFault{Kind: kind, After: 300 * time.Millisecond}
		}
		return simulate.WriteFault{After: 300 * time.Millisecond}
	}
	s.ReadFail = func(int) error {
		if during() {
			return simulate.Lost(false, "connection_failed")
		}
		return nil
	}
}

func TestBreaker_NoWriteIntoAnOutage(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]simulate.FaultKind{"never sent": simulate.FaultNeverSent, "lost": simulate.FaultLost, "lost after the commit": simulate.FaultLostCommitted, "500": simulate.Fault500} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(100, always))
				g.options.Workers = 1
				failFor(g.server, 20, time.Hour, kind)
				g.server.During = func() {
					b := g.runner.server.breaker
					b.mu.Lock()
					defer b.mu.Unlock()
					if b.state == openState {
						t.Error("a write is sent while the breaker is open")
					}
				}
				s := g.mustRun(t)
				g.check(t, s)
				if s.Stop != nil || s.Counts[record.Created] != 100 {
					t.Errorf("%v, stop %v", s.Counts, s.Stop)
				}
				if n := g.server.Reads; n > 150 {
					t.Errorf("%d reads in an hour", n)
				}
			})
		})
	}
}

func TestOutage_LongOneStopsTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(50, always))
		g.options.MaxOutage = 30 * time.Minute
		failFor(g.server, 20, 2*time.Hour, simulate.FaultNeverSent)
		began := time.Now()
		s := g.mustRun(t)
		g.check(t, s)
		if s.Stop == nil || s.Stop.Reason != StopOutage || s.ExitCode() != 10 {
			t.Errorf("stop %v, exit code %d", s.Stop, s.ExitCode())
		}
		if d := time.Since(began); d < 30*time.Minute || d > 32*time.Minute {
			t.Errorf("gave up after %v", d)
		}
		time.Sleep(2 * time.Hour)
		g.check(t, g.finish(t, t.Context()))
		g.checkFinished(t, t.Context())
	})
}

// Reads are answered and every write fails: each trial puts a row in doubt, and the outage ends the run all the same.
func TestOutage_ReadOnlyServerStopsTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(200, always))
		g.options.MaxOutage = 30 * time.Minute
		g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{Kind: simulate.Fault500} }
		s := g.mustRun(t)
		g.check(t, s)
		if s.Stop == nil || s.Stop.Reason != StopOutage || g.server.Writes > 100 {
			t.Errorf("stop %v after %d writes", s.Stop, g.server.Writes)
		}
		g.server.Fault = nil
		g.check(t, g.finish(t, t.Context()))
	})
}

// The client that reads repeats by itself would send five requests for each probe.
func TestBreaker_ProbeIsOneRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startNetwork(t)
		if err := n.sandbox.SetFaults("503:method=POST", "503:method=GET,path=*"); err != nil {
			t.Fatal(err)
		}
		g := newRig(someRows(20, always))
		g.options.MaxOutage = 10 * time.Minute
		if s := n.run(t, g); s.Stop == nil || s.Stop.Reason != StopOutage {
			t.Fatalf("%+v", s)
		}
		late := 0
		for _, at := range n.requests {
			if at.Sub(n.requests[0]) > 2*time.Minute {
				late++
			}
		}
		if late > 9 { // the last one is what ends the run
			t.Errorf("%d requests after the second minute of an outage of 10, want one each minute", late)
		}
	})
}
