package bulk

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// A crashCase is one import that is killed at every point in turn.
type crashCase struct {
	workers int
	how     tear
	late    bool // commits come 54 s after the send, and nothing but the quiet period prevents doubles
}

func crashCases() []crashCase {
	var cases []crashCase
	for _, workers := range []int{1, 4, 16} {
		for how := range tears {
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
	g.server.unique = !c.late
	g.server.fault = func(_ int, v Values) writeFault {
		f := writeFault{}
		if c.late {
			f.delay = 54 * time.Second
		}
		switch {
		case v[CompanyName] == "Company 0" && g.server.posts[v[CompanyName]] == 1:
			f.kind = faultLostDone
		case v[CompanyName] == "Company 3":
			f.kind = fault422
		}
		return f
	}
	if !c.late && rows > 5 {
		taken := g.rows[5].Values
		taken[CompanyName] = "Somebody else"
		_, _ = g.server.commit(taken, 0)
		time.Sleep(time.Minute)
	}
	return g
}

// die runs the import until it dies at the n-th point; false when there are fewer points, and it has come to its end.
func (g *rig) die(t *testing.T, n int, how tear) bool {
	t.Helper()
	crash := &crasher{at: n}
	_, err := g.run(t.Context(), crash)
	if !crash.isDead() {
		if err != nil {
			t.Fatal(err)
		}
		return false
	}
	if err != nil && !errors.Is(err, errDead) {
		t.Fatalf("killed %s (point %d): %v", crash.where, n, err)
	}
	g.disk = g.disk.reboot(nil, how)
	return true
}

func TestAnImportSurvivesBeingKilledAtAnyPoint(t *testing.T) {
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

// stride is how many second deaths are passed over at a time. Where every commit comes late and no email need be unique,
// all are tried; the other cases, and the race detector, which takes ten times as long, try a different part after each
// first death. HYDRACTL_ALL_DEATHS=1 tries all.
func (c crashCase) stride() int {
	switch {
	case os.Getenv("HYDRACTL_ALL_DEATHS") != "":
		return 1
	case raceDetector:
		return 61
	case c.late && c.workers == 4:
		return 1
	}
	return 7
}

func TestAnImportSurvivesBeingKilledAgainWhileItResumes(t *testing.T) {
	t.Parallel()
	for _, c := range crashCases() {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				pairs := 0
				for n := 1; ; n++ {
					for m := 1 + n%c.stride(); ; m += c.stride() {
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
