package bulk

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// The server does not enforce unique emails, commits up to 0.9 of the quiet period after the send, and shows a commit to
// readers later still. Nothing but the reconciler prevents a double.
func TestProof_NoRowDoubledByALateCommit(t *testing.T) {
	t.Parallel()
	for _, kind := range []simulate.FaultKind{simulate.FaultNone, simulate.FaultLostCommitted, simulate.Fault500Committed, simulate.FaultPageCommitted} {
		for _, delay := range []time.Duration{0, time.Second, 30 * time.Second, 54 * time.Second} {
			for _, lag := range []time.Duration{0, 2 * time.Second, 10 * time.Second} {
				t.Run(fmt.Sprintf("fault=%d/delay=%v/lag=%v", kind, delay, lag), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						for dieAt := 0; ; dieAt += 9 {
							g := lateRig(kind, delay, lag)
							if dieAt > 0 && !g.die(t, dieAt, simulate.Tear(dieAt%int(simulate.Tears))) {
								break
							}
							g.check(t, g.finish(t, t.Context()))
							if t.Failed() {
								t.Fatalf("after a death at %d\n%s", dieAt, g.journalText())
							}
						}
					})
				})
			}
		}
	}
}

// lateRig loses the answer to every second send.
func lateRig(kind simulate.FaultKind, delay, lag time.Duration) *rig {
	g := newRig(someRows(7, func(i int) bool { return i%3 != 2 }))
	g.server.Unique, g.server.Lag = false, lag
	g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
		if write%2 == 0 {
			return simulate.WriteFault{Delay: delay}
		}
		return simulate.WriteFault{Kind: kind, Delay: delay}
	}
	return g
}
