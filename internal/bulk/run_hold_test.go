package bulk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A turn that waits long for a worker is given up: many that leave at once would break the limit.
func TestATurnThatWaitsForAWorkerIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(4000, always))
		g.options.Workers = 2
		g.limits = Limits{PerMinute: 600}
		began := time.Now()
		g.server.fault = func(write int, v Values) writeFault {
			d := time.Since(began)
			if d < 50*time.Second && g.server.posts[v[CompanyName]] == 1 && write%3 == 0 {
				return writeFault{kind: faultLost}
			}
			if d > 60*time.Second && d < 125*time.Second {
				return writeFault{after: 126*time.Second - d}
			}
			return writeFault{}
		}
		g.check(t, g.mustRun(t))
	})
}

// slowSync lets rows be journaled ahead.
func slowSync(op, name string, _ int) error {
	if op == "sync" && name == journalFile {
		time.Sleep(3 * time.Millisecond)
	}
	return nil
}

// What is in the journal and waits for a worker is taken back during a pause: a kill would leave it in doubt.
func TestNothingStaysBookedDuringAPause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3000, always))
		g.options.Workers = 16
		g.disk.fail = slowSync
		var once sync.Once
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 1000 {
				go once.Do(func() {
					time.Sleep(20 * time.Second)
					s := g.runner.Snapshot()
					if s.Counts[InDoubt] > 0 {
						t.Errorf("%d rows have an open S line, and nothing is under way", s.Counts[InDoubt])
					}
				})
				return writeFault{kind: fault429, retry: 40 * time.Second}
			}
			return writeFault{after: time.Millisecond}
		}
		g.mustRun(t)
	})
}

func TestNothingStaysBookedDuringAnOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3000, always))
		g.options.Workers = 16
		g.disk.fail = slowSync
		outage(g.server, 1000, 20*time.Minute, faultNeverSent)
		f := g.server.fault
		g.server.fault = func(w int, v Values) writeFault {
			x := f(w, v)
			x.after = time.Millisecond
			if w == 1000 {
				go func() {
					time.Sleep(10*time.Minute + 500*time.Millisecond)
					s := g.runner.Snapshot()
					if s.Counts[InDoubt] > 1 {
						t.Errorf("%d rows have an open S line", s.Counts[InDoubt])
					}
				}()
			}
			return x
		}
		g.mustRun(t)
	})
}

// A credential that takes long to renew keeps no send back beyond its line, nor lets it go after the run has stopped.
func TestNothingLeavesLateBecauseOfARenewal(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]error{"works": nil, "fails": errors.New("expired")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newRig(someRows(60, always))
			g.options.Workers = 4
			g.limits = Limits{PerMinute: 1200}
			var renewed atomic.Bool
			g.options.Refresh = func(context.Context) error {
				time.Sleep(3 * time.Second)
				renewed.Store(true)
				return refused
			}
			var late atomic.Int32
			g.server.fault = func(write int, v Values) writeFault { // called when the write arrives
				row := 0
				_, _ = fmt.Sscanf(v[CompanyName], "Company %d", &row)
				_, open := g.runner.journal.state(row)
				if age := time.Since(open.last); age > turnLasts+500*time.Millisecond {
					late.Add(1)
					t.Logf("row %d arrives %v after its line", row, age)
				}
				if write > 12 && !renewed.Load() { // those before were let in with the old credential, and are answered
					return writeFault{kind: fault401}
				}
				return writeFault{after: time.Duration(5+5*(write%4)) * time.Millisecond}
			}
			s := g.mustRun(t)
			if late.Load() > 0 {
				t.Errorf("%d writes left late; %v; %v", late.Load(), s.Stop, s.Counts)
			}
		})
	}
}

func TestARepeatThatWasNotWrittenIsNotCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		g.options.Workers = 1
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 1 {
				g.disk.fail = func(op, _ string, _ int) error {
					if op == "write" {
						return errDiskFull
					}
					return nil
				}
				return writeFault{kind: fault429, retry: time.Second}
			}
			return writeFault{}
		}
		s, err := g.run(t.Context(), nil)
		if err == nil || s == nil {
			t.Fatalf("%v, %v: want a full disk", s, err)
		}
		if s.Posts != 1 || s.Retries != 0 {
			t.Errorf("%d sends, %d of them repeated, %d arrived", s.Posts, s.Retries, g.server.writes)
		}
	})
}

func TestAShorterPauseDoesNotEndALongerOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := NewPacer()
		_ = p.Pause(t.Context(), 40*time.Second)
		_ = p.Pause(t.Context(), time.Second)
		time.Sleep(5 * time.Second)
		if !p.holds(time.Now()) {
			t.Error("the pause of 40 s is over after 5 s")
		}
	})
}
