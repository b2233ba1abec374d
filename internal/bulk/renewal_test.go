package bulk

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestRenewal_OnceForAllRequests(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(40, always))
		g.options.Workers = 16
		var renewals atomic.Int32
		g.options.Refresh = func(context.Context) error { renewals.Add(1); return nil }
		g.server.Fault = func(int, record.Values) simulate.WriteFault {
			if renewals.Load() == 0 {
				return simulate.WriteFault{Kind: simulate.Fault401, After: time.Second}
			}
			return simulate.WriteFault{}
		}
		s := g.mustRun(t)
		g.check(t, s)
		if renewals.Load() != 1 || s.Counts[record.Created] != 40 {
			t.Errorf("%d renewals, %v, stop %v", renewals.Load(), s.Counts, s.Stop)
		}
	})
}

func TestRenewal_FailureStopsTheRun(t *testing.T) {
	t.Parallel()
	for name, refresh := range map[string]func(context.Context) error{
		"none": nil, "fails": func(context.Context) error { return errors.New("expired") }, "does not help": func(context.Context) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(9, always))
				g.options.Workers, g.options.Refresh = 1, refresh
				g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{Kind: simulate.Fault401} }
				if s := g.mustRun(t); s.Stop == nil || s.Stop.Reason != StopAuth || g.server.Writes > 9 { // how many are under way is chance
					t.Errorf("%v after %d sends", s.Stop, g.server.Writes)
				}
			})
		})
	}
}

// An interrupt does not wait for a renewal, and nothing is sent after it.
func TestRenewal_EndsWithTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(9, always))
		g.options.Workers = 1
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		g.options.Ready = func(ctx context.Context) error {
			if g.server.Writes < 3 {
				return errors.New("of no matter") // the request tells
			}
			<-ctx.Done() // as for another process that holds the lock of the credential
			return ctx.Err()
		}
		began := time.Now()
		s, err := g.run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 2*time.Second || g.server.Writes != 3 || s.Counts[record.Created] != 3 || s.Counts[record.Unknown] > 0 {
			t.Errorf("ended after %v: %d sends, %v", took, g.server.Writes, s.Counts)
		}
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
