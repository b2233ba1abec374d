package bulk

import (
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// The rest takes as long as it takes at the rate of the last minute: neither a slow start nor a pause makes it longer.
func TestSnapshot_TimeLeftByTheRecentRate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limits Limits
		fault  func(write int) simulate.WriteFault
		at     int // the row at which is asked
	}{
		"steady":       {Limits{}, func(int) simulate.WriteFault { return simulate.WriteFault{After: 100 * time.Millisecond} }, 1000},
		"known limits": {Limits{PerMinute: 600}, func(int) simulate.WriteFault { return simulate.WriteFault{} }, 1000},
		"slow start": {Limits{}, func(w int) simulate.WriteFault {
			if w < 100 {
				return simulate.WriteFault{After: 30 * time.Second}
			}
			return simulate.WriteFault{After: 100 * time.Millisecond}
		}, 3500},
		"after a pause": {Limits{}, func(w int) simulate.WriteFault {
			if w == 500 {
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: 30 * time.Minute}
			}
			return simulate.WriteFault{After: 100 * time.Millisecond}
		}, 3000},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(4000, always))
				g.limits = test.limits
				g.server.Fault = func(write int, _ record.Values) simulate.WriteFault { return test.fault(write) }
				var said time.Duration
				var asked time.Time
				done := make(chan struct{})
				watch := func() {
					for tick := time.NewTicker(200 * time.Millisecond); ; {
						select {
						case <-done:
							return
						case <-tick.C:
							s := g.runner.Snapshot()
							if asked.IsZero() && s.Counts[record.Created] >= test.at {
								said, asked = s.Left, time.Now()
							}
						}
					}
				}
				g.started = func() { go watch() }
				g.mustRun(t)
				close(done)
				if took := time.Since(asked); asked.IsZero() || said < took/2 || said > 2*took {
					t.Errorf("%v left were said, it took %v", said, took)
				}
			})
		})
	}
}
