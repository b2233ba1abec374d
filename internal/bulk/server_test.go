package bulk

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
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

func TestReconcile_FailingSearchStopsTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(30, always))
		g.server.Fault = first(1, simulate.WriteFault{})(g.server)
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 3 {
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
			}
			return simulate.WriteFault{}
		}
		g.server.OnFind = func(string) ([]client.Customer, error) { return nil, simulate.Refusal(500, "server_error", "no") }
		s := g.mustRun(t)
		g.check(t, s)
		if s.Stop == nil || s.InDoubt != 1 || s.ExitCode() != 9 {
			t.Errorf("stop %v, %d in doubt, exit code %d", s.Stop, s.InDoubt, s.ExitCode())
		}
		g.server.OnFind = nil
		s = g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[record.Created] != 30 {
			t.Errorf("%v", s.Counts)
		}
	})
}

func TestRateLimiter_429PausesEverything(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(60, always))
		g.options.Workers = 16
		g.limits = Limits{PerMinute: 600}
		var limited time.Time
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 20 {
				limited = time.Now()
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: 40 * time.Second}
			}
			if d := time.Since(limited); !limited.IsZero() && d < 40*time.Second {
				t.Errorf("a write was sent %v after the 429", d)
			}
			return simulate.WriteFault{}
		}
		g.check(t, g.finish(t, t.Context()))
	})
}

// Rows that are in the journal already stay here as well.
func TestRateLimiter_429HoldsJournaledRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(800, always))
		g.options.Workers = 16
		var limited time.Time
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 300 {
				limited = time.Now()
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: 40 * time.Second}
			}
			if d := time.Since(limited); d > 0 && d < 40*time.Second {
				t.Errorf("a write was sent %v after the 429", d)
			}
			return simulate.WriteFault{After: time.Millisecond}
		}
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Sends != 801 || s.Retries != 1 || s.Requests != 801 || g.server.Sent() != 801 {
			t.Errorf("%d sends, %d of them repeated, %d requests; %d writes arrived", s.Sends, s.Retries, s.Requests, g.server.Sent())
		}
	})
}

func TestRateLimiter_TooLongPauseStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retry, deadline time.Duration
	}{"a day": {24 * time.Hour, 0}, "beyond the deadline": {50 * time.Second, 30 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(5, always))
				g.options.Workers = 1
				g.server.Fault = first(1, simulate.WriteFault{Kind: simulate.Fault429, Retry: test.retry})(g.server)
				ctx := t.Context()
				if test.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.deadline)
					defer cancel()
				}
				began := time.Now()
				s, err := g.run(ctx, nil)
				if err != nil || s.Stop == nil || s.Stop.Reason != StopRateLimit || s.ExitCode() != 7 || time.Since(began) > time.Second {
					t.Errorf("%v, stop %v after %v", err, s.Stop, time.Since(began))
				}
			})
		})
	}
}

func TestFullDisk_StopsAndKeepsOutcomes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, workers := range []int{1, 16} {
			for room := int64(1); room < 2500; room += 50 {
				g := newRig(someRows(30, always))
				g.options.Workers = workers
				g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{After: time.Second} }
				g.disk.Capacity = journal.ReserveBytes + 400 + room
				s, err := g.run(t.Context(), nil)
				if err != nil || s.Stop == nil || s.Stop.Reason != StopJournal || s.ExitCode() != 11 {
					t.Fatalf("%d bytes of room: %v, %+v", room, err, s)
				}
				if s.Counts[record.Created] != g.server.Writes || s.Counts[record.Unknown] > 0 {
					t.Fatalf("%d bytes of room: %v after %d sends", room, s.Counts, g.server.Writes)
				}
				sent := g.server.Writes
				g.disk.Capacity = 0
				g.check(t, g.finish(t, t.Context()))
				if n := g.server.Writes; n != 30 {
					t.Fatalf("%d bytes of room: %d sends, then %d in all", room, sent, n)
				}
			}
		}
	})
}

func TestSend_NoneAfterAFailedSync(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	for _, op := range []string{"sync", "write"} {
		t.Run(op, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				for n := 4; n < 25; n++ {
					g := newRig(someRows(30, always))
					var failed atomic.Bool
					var after atomic.Int32
					g.disk.Fail = func(o, name string, i int) error {
						if o == op && name == journal.FileName && (i == n || failed.Load()) {
							failed.Store(true)
							return broken
						}
						return nil
					}
					g.server.During = func() {
						if failed.Load() {
							after.Add(1)
						}
					}
					s, err := g.run(t.Context(), nil)
					if !failed.Load() && n > 7 {
						return // there are no more
					}
					if !errors.Is(err, broken) && (s == nil || s.Stop == nil || s.Stop.Reason != StopJournal) {
						t.Fatalf("%s %d: %v, %+v", op, n, err, s)
					}
					if !failed.Load() || int(after.Load()) > g.options.Workers { // those were on their way
						t.Fatalf("%s %d: %d sends after the failure", op, n, after.Load())
					}
					g.disk.Fail = nil
					g.check(t, g.finish(t, t.Context()))
				}
			})
		})
	}
}

func TestOpen_FailureStopsBeforeTheFirstRow(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"mkdir", "lock", "open", "write", "sync"} {
		t.Run(op, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(3, always))
				g.disk.Fail = func(o, _ string, _ int) error {
					if o == op {
						return errors.New("read-only file system")
					}
					return nil
				}
				_, err := g.run(t.Context(), nil)
				je, ok := errors.AsType[*journal.Error](err)
				if !ok || je.Code != "journal_unwritable" || !strings.Contains(err.Error(), "read-only") || g.server.Writes > 0 {
					t.Errorf("%v after %d sends", err, g.server.Writes)
				}
			})
		})
	}
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
