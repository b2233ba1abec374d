package bulk

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// A crashCase is one import that is killed at every point in turn.
type crashCase struct {
	workers int
	how     simulate.Tear
	late    bool // commits come 54 s after the send, and nothing but the quiet period prevents doubles
}

func crashCases() []crashCase {
	var cases []crashCase
	for _, workers := range []int{1, 4, 16} {
		for how := range simulate.Tears {
			for _, late := range []bool{false, true} {
				cases = append(cases, crashCase{workers, how, late})
			}
		}
	}
	return cases
}

func (c crashCase) String() string {
	return fmt.Sprintf("workers=%d/unsynced=%s/late=%v", c.workers, [...]string{"kept", "lost", "torn", "holed"}[c.how], c.late)
}

// rig makes the import: a row whose answer is lost, one without an email, and, where there is room, one whose email is
// taken, one that is refused and others.
func (c crashCase) rig(rows int) *rig {
	g := newRig(someRows(rows, func(i int) bool { return i%3 != 1 }))
	g.options.Workers = c.workers
	g.server.Unique = !c.late
	g.server.Fault = func(_ int, v record.Values) simulate.WriteFault {
		f := simulate.WriteFault{}
		if c.late {
			f.Delay = 54 * time.Second
		}
		switch {
		case v[record.CompanyName] == "Company 0" && g.server.Posts[v[record.CompanyName]] == 1:
			f.Kind = simulate.FaultLostCommitted
		case v[record.CompanyName] == "Company 3":
			f.Kind = simulate.Fault422
		}
		return f
	}
	if !c.late && rows > 5 {
		taken := g.rows[5].Values
		taken[record.CompanyName] = "Another company"
		_, _ = g.server.Commit(taken, 0)
		time.Sleep(time.Minute)
	}
	return g
}

// die runs the import until it dies at the n-th point; false when there are fewer points, and it has come to its end.
func (g *rig) die(t *testing.T, n int, how simulate.Tear) bool {
	t.Helper()
	crash := &simulate.Crash{At: n}
	_, err := g.run(t.Context(), crash)
	if !crash.IsDead() {
		if err != nil {
			t.Fatal(err)
		}
		return false
	}
	if err != nil && !errors.Is(err, simulate.ErrDead) {
		t.Fatalf("killed %s (point %d): %v", crash.Where, n, err)
	}
	g.disk = g.disk.Reboot(nil, how)
	return true
}

func TestProof_KilledAtAnyPoint(t *testing.T) {
	t.Parallel()
	for _, c := range crashCases() {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				points := 0
				for n := 1; ; n++ {
					g := c.rig(6)
					if !g.die(t, n, c.how) {
						break
					}
					points++
					g.check(t, g.finish(t, t.Context()))
					g.checkFinished(t, t.Context())
					if t.Failed() {
						t.Fatalf("after a death at point %d\n%s", n, g.journalText())
					}
				}
				if points < 50 {
					t.Errorf("only %d points", points)
				}
				t.Logf("%d points", points)
			})
		})
	}
}

// deathStride is how many second deaths are passed over at a time, a different part after each first death: many for the
// race detector, which takes ten times as long. HYDRACTL_ALL_DEATHS=1, as make proofs sets it, tries all.
func deathStride() int {
	switch {
	case os.Getenv("HYDRACTL_ALL_DEATHS") != "":
		return 1
	case raceDetector:
		return 61
	}
	return 13
}

func TestProof_KilledAgainWhileResuming(t *testing.T) {
	t.Parallel()
	for _, c := range crashCases() {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pairs, stride := 0, deathStride()
				for n := 1; ; n++ {
					for m := 1 + n%stride; ; m += stride {
						g := c.rig(3)
						if !g.die(t, n, c.how) {
							t.Logf("%d pairs of points", pairs)
							return
						}
						if !g.die(t, m, c.how) {
							break
						}
						pairs++
						g.check(t, g.finish(t, t.Context()))
						if t.Failed() {
							t.Fatalf("after deaths at points %d and %d\n%s", n, m, g.journalText())
						}
					}
				}
			})
		})
	}
}
