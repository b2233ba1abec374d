package bulk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// A turn that waits long for a worker is given up: many that leave at once would break the limit.
func TestSend_SlotThatWaitsForAWorkerIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(4000, always))
		g.options.Workers = 2
		g.limits = Limits{PerMinute: 600}
		began := time.Now()
		g.server.Fault = func(write int, v record.Values) simulate.WriteFault {
			d := time.Since(began)
			if d < 50*time.Second && g.server.Posts[v[record.CompanyName]] == 1 && write%3 == 0 {
				return simulate.WriteFault{Kind: simulate.FaultLost}
			}
			if d > 60*time.Second && d < 125*time.Second {
				return simulate.WriteFault{After: 126*time.Second - d}
			}
			return simulate.WriteFault{}
		}
		g.check(t, g.mustRun(t))
	})
}

// slowSync lets rows be journaled ahead.
func slowSync(op, name string, _ int) error {
	if op == "sync" && name == journal.FileName {
		time.Sleep(3 * time.Millisecond)
	}
	return nil
}

// What is in the journal and waits for a worker is taken back during a pause: a kill would leave it in doubt.
func TestSend_NoneStaysJournaledDuringAPause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3000, always))
		g.options.Workers = 16
		g.disk.Fail = slowSync
		var once sync.Once
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1000 {
				go once.Do(func() {
					time.Sleep(20 * time.Second)
					s := g.runner.Snapshot()
					if s.Counts[record.InDoubt] > 0 {
						t.Errorf("%d rows have an open S line, and nothing is under way", s.Counts[record.InDoubt])
					}
				})
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: 40 * time.Second}
			}
			return simulate.WriteFault{After: time.Millisecond}
		}
		g.mustRun(t)
	})
}

func TestSend_NoneStaysJournaledDuringAnOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3000, always))
		g.options.Workers = 16
		g.disk.Fail = slowSync
		failFor(g.server, 1000, 20*time.Minute, simulate.FaultNeverSent)
		f := g.server.Fault
		g.server.Fault = func(w int, v record.Values) simulate.WriteFault {
			x := f(w, v)
			x.After = time.Millisecond
			if w == 1000 {
				go func() {
					time.Sleep(10*time.Minute + 500*time.Millisecond)
					s := g.runner.Snapshot()
					if s.Counts[record.InDoubt] > 1 {
						t.Errorf("%d rows have an open S line", s.Counts[record.InDoubt])
					}
				}()
			}
			return x
		}
		g.mustRun(t)
	})
}

// A credential that takes long to renew keeps no send back beyond its line, nor lets it go after the run has stopped.
func TestSend_NoneLeavesLateAfterARenewal(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]error{"works": nil, "fails": errors.New("expired")} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
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
				g.server.Fault = func(write int, v record.Values) simulate.WriteFault { // called when the write arrives
					row := 0
					_, _ = fmt.Sscanf(v[record.CompanyName], "Company %d", &row)
					_, open := g.runner.journal.State(row)
					if age := time.Since(open.Last); age > slotLasts+500*time.Millisecond {
						late.Add(1)
						t.Logf("row %d arrives %v after its line", row, age)
					}
					if write > 12 && !renewed.Load() { // those before were let in with the old credential, and are answered
						return simulate.WriteFault{Kind: simulate.Fault401}
					}
					return simulate.WriteFault{After: time.Duration(5+5*(write%4)) * time.Millisecond}
				}
				s := g.mustRun(t)
				if late.Load() > 0 {
					t.Errorf("%d writes left late; %v; %v", late.Load(), s.Stop, s.Counts)
				}
			})
		})
	}
}

func TestSummary_UnwrittenRetryIsNotCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		g.options.Workers = 1
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1 {
				g.disk.Fail = func(op, _ string, _ int) error {
					if op == "write" {
						return syscall.ENOSPC
					}
					return nil
				}
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: time.Second}
			}
			return simulate.WriteFault{}
		}
		s, err := g.run(t.Context(), nil)
		if err == nil || s == nil {
			t.Fatalf("%v, %v: want a full disk", s, err)
		}
		if s.Sends != 1 || s.Retries != 0 {
			t.Errorf("%d sends, %d of them repeated, %d arrived", s.Sends, s.Retries, g.server.Writes)
		}
	})
}

func TestRateLimiter_ShorterPauseKeepsALongerOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := NewRateLimiter()
		_ = p.Pause(t.Context(), 40*time.Second)
		_ = p.Pause(t.Context(), time.Second)
		time.Sleep(5 * time.Second)
		if !p.holds(time.Now()) {
			t.Error("the pause of 40 s is over after 5 s")
		}
	})
}

// The slot of a send whose line takes the disk long is taken when the line is durable.
func TestSend_SlowDiskMakesProgress(t *testing.T) {
	t.Parallel()
	for _, sync := range []time.Duration{500 * time.Millisecond, 1100 * time.Millisecond, 3 * time.Second, 10 * time.Second} {
		for _, perMinute := range []int{0, 60, 600} {
			t.Run(fmt.Sprintf("%v/%d a minute", sync, perMinute), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					g := newRig(someRows(200, always))
					g.options.Workers, g.limits = 8, Limits{PerMinute: perMinute}
					g.disk.Fail = func(op, name string, _ int) error {
						if op == "sync" && name == journal.FileName {
							time.Sleep(sync)
						}
						return nil
					}
					g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{After: 20 * time.Millisecond} }
					began := time.Now()
					s := g.mustRun(t)
					g.check(t, s)
					// Two syncs for each group of eight, and twice the time that the limit takes.
					longest := 2*sync*time.Duration(200/g.options.Workers+1) + 2*200*g.limits.spacing()
					if took := time.Since(began); s.Counts[record.Created] != 200 || took > longest {
						t.Errorf("%v in %v, want 200 in %v; stop %v", s.Counts, took, longest, s.Stop)
					}
				})
			})
		}
	}
}

// Rows that are in the journal already stay here as well.
func TestRun_InterruptHoldsJournaledRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3000, always))
		g.options.Workers = 16
		g.disk.Fail = slowSync
		ctx, interrupt := context.WithCancel(t.Context())
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1000 {
				interrupt()
			}
			return simulate.WriteFault{After: time.Millisecond}
		}
		s, err := g.run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := g.server.Writes; n >= 1000+g.options.Workers || s.Counts[record.Created] != n || s.Counts[record.Unknown] != 0 {
			t.Errorf("%d sends, %v", n, s.Counts)
		}
	})
}
