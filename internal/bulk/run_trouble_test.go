package bulk

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// outage makes the server unreachable for some time after a number of writes.
func outage(s *server, after int, d time.Duration, kind faultKind) {
	var since time.Time
	during := func() bool { return !since.IsZero() && time.Since(since) < d }
	s.fault = func(write int, _ Values) writeFault {
		if write == after {
			since = time.Now()
		}
		if during() {
			return writeFault{kind: kind, after: 300 * time.Millisecond}
		}
		return writeFault{after: 300 * time.Millisecond}
	}
	s.readFail = func(int) error {
		if during() {
			return lost(false, "connection_failed")
		}
		return nil
	}
}

func TestNoWriteIsSentIntoAnOutage(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]faultKind{"never sent": faultNeverSent, "lost": faultLost, "lost after the commit": faultLostDone, "500": fault500} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(100, always))
				g.options.Workers = 1
				outage(g.server, 20, time.Hour, kind)
				g.server.during = func() {
					b := g.runner.breaker
					b.mu.Lock()
					defer b.mu.Unlock()
					if b.state == openState {
						t.Error("a write is sent while the breaker is open")
					}
				}
				s := g.mustRun(t)
				g.check(t, s)
				if s.Stop != nil || s.Counts[Created] != 100 {
					t.Errorf("%v, stop %v", s.Counts, s.Stop)
				}
				if n := g.server.reads; n > 150 {
					t.Errorf("%d reads in an hour", n)
				}
			})
		})
	}
}

func TestALongOutageEndsTheRunAndTheNextOneGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(50, always))
		g.options.MaxOutage = 30 * time.Minute
		outage(g.server, 20, 2*time.Hour, faultNeverSent)
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
func TestAServerThatOnlyReadsEndsTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(200, always))
		g.options.MaxOutage = 30 * time.Minute
		g.server.fault = func(int, Values) writeFault { return writeFault{kind: fault500} }
		s := g.mustRun(t)
		g.check(t, s)
		if s.Stop == nil || s.Stop.Reason != StopOutage || g.server.writes > 100 {
			t.Errorf("stop %v after %d writes", s.Stop, g.server.writes)
		}
		g.server.fault = nil
		g.check(t, g.finish(t, t.Context()))
	})
}

func TestASearchThatAlwaysFailsEndsTheRunAndLeavesTheRowInDoubt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(30, always))
		g.server.fault = first(1, writeFault{})(g.server)
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 3 {
				return writeFault{kind: faultLostDone}
			}
			return writeFault{}
		}
		g.options.API = altered{server: g.server, onFind: func(string) ([]client.Customer, error) { return nil, answer(500, "server_error", "no") }}
		s := g.mustRun(t)
		g.check(t, s)
		if s.Stop == nil || s.InDoubt != 1 || s.ExitCode() != 9 {
			t.Errorf("stop %v, %d in doubt, exit code %d", s.Stop, s.InDoubt, s.ExitCode())
		}
		g.options.API = nil
		s = g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[Created] != 30 {
			t.Errorf("%v", s.Counts)
		}
	})
}

func TestA429PausesEverything(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(60, always))
		g.options.Workers = 16
		g.limits = Limits{PerMinute: 600}
		var limited time.Time
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 20 {
				limited = time.Now()
				return writeFault{kind: fault429, retry: 40 * time.Second}
			}
			if d := time.Since(limited); !limited.IsZero() && d < 40*time.Second {
				t.Errorf("a write was sent %v after the 429", d)
			}
			return writeFault{}
		}
		g.check(t, g.finish(t, t.Context()))
	})
}

// Rows that are in the journal already stay here as well.
func TestA429AlsoHoldsWhatIsJournaledAhead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(800, always))
		g.options.Workers = 16
		var limited time.Time
		g.server.fault = func(write int, _ Values) writeFault {
			if write == 300 {
				limited = time.Now()
				return writeFault{kind: fault429, retry: 40 * time.Second}
			}
			if d := time.Since(limited); d > 0 && d < 40*time.Second {
				t.Errorf("a write was sent %v after the 429", d)
			}
			return writeFault{after: time.Millisecond}
		}
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Posts != 801 || s.Retries != 1 || s.Requests != 801 || g.server.sent() != 801 {
			t.Errorf("%d sends, %d of them repeated, %d requests; %d writes arrived", s.Posts, s.Retries, s.Requests, g.server.sent())
		}
	})
}

func TestAPauseThatIsTooLongEndsTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retry, deadline time.Duration
	}{"a day": {24 * time.Hour, 0}, "beyond the deadline": {50 * time.Second, 30 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(5, always))
				g.options.Workers = 1
				g.server.fault = first(1, writeFault{kind: fault429, retry: test.retry})(g.server)
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

func TestAFullDiskEndsTheRunAndKeepsWhatWasUnderWay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, workers := range []int{1, 16} {
			for room := int64(1); room < 2500; room += 50 {
				g := newRig(someRows(30, always))
				g.options.Workers = workers
				g.server.fault = func(int, Values) writeFault { return writeFault{after: time.Second} }
				g.disk.capacity = reserveBytes + 400 + room
				s, err := g.run(t.Context(), nil)
				if err != nil || s.Stop == nil || s.Stop.Reason != StopJournal || s.ExitCode() != 11 {
					t.Fatalf("%d bytes of room: %v, %+v", room, err, s)
				}
				if s.Counts[Created] != g.server.writes || s.Counts[Unknown] > 0 {
					t.Fatalf("%d bytes of room: %v after %d sends", room, s.Counts, g.server.writes)
				}
				sent := g.server.writes
				g.disk.capacity = 0
				g.check(t, g.finish(t, t.Context()))
				if n := g.server.writes; n != 30 {
					t.Fatalf("%d bytes of room: %d sends, then %d in all", room, sent, n)
				}
			}
		}
	})
}

func TestNothingIsSentAfterASyncThatFailed(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	for _, op := range []string{"sync", "write"} {
		t.Run(op, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				for n := 4; n < 25; n++ {
					g := newRig(someRows(30, always))
					var failed atomic.Bool
					var after atomic.Int32
					g.disk.fail = func(o, name string, i int) error {
						if o == op && name == journalFile && (i == n || failed.Load()) {
							failed.Store(true)
							return broken
						}
						return nil
					}
					g.server.during = func() {
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
					g.disk.fail = nil
					g.check(t, g.finish(t, t.Context()))
				}
			})
		})
	}
}

func TestAJournalThatCannotBeMadeEndsTheImportBeforeTheFirstRow(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"mkdir", "lock", "open", "write", "sync"} {
		t.Run(op, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(3, always))
				g.disk.fail = func(o, _ string, _ int) error {
					if o == op {
						return errors.New("read-only file system")
					}
					return nil
				}
				_, err := g.run(t.Context(), nil)
				je, ok := errors.AsType[*JournalError](err)
				if !ok || je.Code != "journal_unwritable" || !strings.Contains(err.Error(), "read-only") || g.server.writes > 0 {
					t.Errorf("%v after %d sends", err, g.server.writes)
				}
			})
		})
	}
}

// The client that reads repeats by itself would send five requests for each probe.
func TestAProbeIsOneRequest(t *testing.T) {
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
