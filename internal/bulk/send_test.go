package bulk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
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

// A slow server keeps rows waiting whose send is in the journal already. A crash counts the quiet period from there.
func TestSend_NoneLeavesLongAfterItsLine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(200, always))
		g.options.Workers = 2
		sent := map[string]time.Time{}
		g.server.Fault = func(write int, v record.Values) simulate.WriteFault {
			sent[v[record.CompanyName]] = time.Now()
			if write < 150 {
				return simulate.WriteFault{After: time.Millisecond} // so that many are journaled ahead
			}
			return simulate.WriteFault{After: 5 * time.Second}
		}
		g.check(t, g.finish(t, t.Context()))
		written := map[int]time.Time{}
		g.lines(t, func(e *journal.Entry) {
			if e.Kind == journal.KindSend {
				written[e.Row] = e.At
			}
		})
		for i, r := range g.rows {
			if d := sent[r.Values[record.CompanyName]].Sub(written[i]); d < 0 || d > time.Second { // not slotLasts: the guard of it is switched off by another value
				t.Errorf("row %d left %v after its line", i, d)
			}
		}
	})
}

func TestSend_DuplicateOrRejected(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(2, always))
		g.server.Fault = func(_ int, v record.Values) simulate.WriteFault {
			if v[record.CompanyName] == "Company 1" {
				return simulate.WriteFault{Kind: simulate.Fault409}
			}
			return simulate.WriteFault{}
		}
		theirs := g.rows[0].Values
		theirs[record.CompanyName] = "Another company"
		c, _ := g.server.Commit(theirs, 0)
		s := g.finish(t, t.Context())
		if diff := cmp.Diff(map[record.State]int{record.Exists: 1, record.Rejected: 1}, s.Counts); diff != "" {
			t.Error(diff)
		}
		got := outcomesOf(t, g)[0]
		if got.ID != c.ID || got.Status != 409 || got.Code != journal.OtherData || got.Evidence != journal.ByRefusal {
			t.Errorf("the journal has %+v, want the customer %s", got, c.ID)
		}
	})
}

// refusing is a server that refuses every write in one way.
type refusing struct {
	*simulate.Server

	refusal *client.Error
}

func (r refusing) Create(context.Context, client.CreateRequest) (*client.CreatedCustomer, error) {
	return nil, r.refusal
}

// Servers report a duplicate with any of three statuses and in any language, so that only a search can tell.
func TestSend_DuplicateInOtherWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refusal client.Error
		want    record.State
	}{
		"400, German":               {client.Error{Status: 400, Message: "E-Mail-Adresse ist bereits vergeben"}, record.Exists},
		"422, French, at the email": {client.Error{Status: 422, Fields: []client.FieldError{{Field: "email", Message: "déjà utilisé"}}}, record.Exists},
		"422, without a message":    {client.Error{Status: 422}, record.Exists},
		"another field":             {client.Error{Status: 422, Fields: []client.FieldError{{Field: "country_code", Message: "not a country"}}}, record.Rejected},
		"another status":            {client.Error{Status: 402, Message: "payment required"}, record.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(2, always))
				if _, refusal := g.server.Commit(g.rows[0].Values, 0); refusal != nil {
					t.Fatal(refusal)
				}
				g.options.API = refusing{g.server, &test.refusal}
				s := g.finish(t, t.Context())
				if s.Counts[record.Rejected]+s.Counts[record.Exists] != 2 || outcomesOf(t, g)[0].State != test.want || outcomesOf(t, g)[1].State != record.Rejected {
					t.Errorf("%v, want the first row %s and the second one rejected", outcomesOf(t, g), test.want)
				}
			})
		})
	}
}

// The first send was carried out, but readers see it late: the second one is refused, and the customer is ours, unless
// its fields say that it is not.
func TestSend_RefusalOfTheSecondSend(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		second simulate.FaultKind
		theirs bool
		want   record.State
	}{
		"duplicate":                       {simulate.FaultNone, false, record.Created},
		"another refusal":                 {simulate.Fault422, false, record.Created},
		"duplicate of another's":          {simulate.FaultNone, true, record.Unknown},
		"another refusal, another has it": {simulate.Fault422, true, record.Unknown},
		"duplicate that is not found":     {simulate.Fault409, false, record.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(1, always))
				g.oldCustomer()
				g.server.Lag = 70 * time.Second
				if test.second == simulate.Fault409 {
					g.server.Lag = time.Hour
				}
				g.server.Fault = func(write int, v record.Values) simulate.WriteFault {
					switch {
					case write > 1:
						return simulate.WriteFault{Kind: test.second, After: 5 * time.Second}
					case test.theirs:
						v[record.Currency] = "USD"
						return simulate.WriteFault{Kind: simulate.FaultLost, Before: []record.Values{v}}
					}
					return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
				}
				s := g.finish(t, t.Context())
				if s.Counts[test.want] != 1 || g.server.Writes != 2 {
					t.Errorf("counts %v after %d sends, want one %s\n%s", s.Counts, g.server.Writes, test.want, g.journalText())
				}
				if o := lastOutcome(t, g); test.second == simulate.Fault409 && !strings.Contains(o.Text, "no search finds it: ") {
					t.Errorf("the reason is %q", o.Text)
				}
			})
		})
	}
}
