package bulk

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

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
