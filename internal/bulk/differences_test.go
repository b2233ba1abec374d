package bulk

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

// withExisting gives the server the customers of the first rows: the second one with another company and another currency.
func withExisting(g *rig, n int) {
	for i := range n {
		v := g.rows[i].Values
		if i == 1 {
			v[record.CompanyName], v[record.Currency] = "Another", "USD"
		}
		g.server.Add(simulate.Customer{ID: uuid.New(), Values: v, At: time.Now().Add(-time.Hour)})
	}
}

func TestPlan_ExistingWithOtherData(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rows, others int // of the file, and further customers of the server
		lookUp       bool
		known        bool
	}{
		"by the list":        {rows: 100, known: true},
		"by a search":        {rows: 10, others: 300, lookUp: true, known: true},
		"not looked for":     {rows: 10, others: 300},
		"too many to search": {rows: 100, others: 2000, lookUp: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g, o := planRig(t, test.rows)
				withExisting(g, 3)
				for range test.others {
					g.server.Add(simulate.Customer{ID: uuid.New(), At: time.Now().Add(-time.Minute)})
				}
				o.Values, o.LookUp = o.Rows, test.lookUp
				p, err := NewPlan(t.Context(), o)
				if err != nil || p.Swept != test.known {
					t.Fatalf("%+v, %v", p, err)
				}
				if !test.known {
					if p.Existing+p.OtherData > 0 {
						t.Errorf("%+v", p)
					}
					return
				}
				want := []DifferingRow{{
					Line: 3, Key: g.rows[1].Key, ID: g.server.Customers[1].ID.String(),
					Differences: []Difference{{"currency", "EUR", "USD"}, {"company_name", "Company 1", "Another"}},
				}}
				if diff := cmp.Diff(want, p.Differing); diff != "" || p.Existing != 3 || p.OtherData != 1 {
					t.Errorf("%d exist, %d with other data\n%s", p.Existing, p.OtherData, diff)
				}
				o.NoneExist = true
				if _, err := NewPlan(t.Context(), o); !isPlanError(err, "customer_exists") {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func isPlanError(err error, code string) bool {
	pe, ok := errors.AsType[*failure.Failure](err)
	return ok && pe.Code == code
}

// However a customer is found, the journal says in what it differs.
func TestRun_ExistingWithOtherData(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]bool{"by a refusal": false, "by the list": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(5, always))
				withExisting(g, 3)
				if known {
					existing := existingCustomers{}
					for i := range 3 {
						all, err := g.server.FindByEmail(t.Context(), g.rows[i].Key)
						if err != nil {
							t.Fatal(err)
						}
						existing.add(g.rows[i].Key, &all[0])
					}
					g.options.Existing = (&Plan{existing: existing}).Known
				}
				met := 0
				g.options.Differs = func(DifferingRow) { met++ }
				s := g.mustRun(t)
				if diff := cmp.Diff(map[record.State]int{record.Created: 2, record.Exists: 3}, s.Counts); diff != "" || s.OtherData != 1 || (met == 1) == known {
					t.Errorf("%d with other data, %d reported\n%s", s.OtherData, met, diff)
				}
				want := []Difference{{"company_name", "Company 1", "Another"}, {"currency", "EUR", "USD"}}
				if diff := cmp.Diff(want, g.differencesOf(t, 1)); diff != "" {
					t.Error(diff)
				}
				if again := g.mustRun(t); again.OtherData != 1 {
					t.Errorf("the next run knows of %d", again.OtherData)
				}
			})
		})
	}
}

// differencesOf reads what the journal has kept of a row.
func (g *rig) differencesOf(t *testing.T, row int) []Difference {
	t.Helper()
	j, err := journal.Read(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	last, err := j.LastOutcomes()
	if err != nil {
		t.Fatal(err)
	}
	e, err := last.Find(row)
	if err = errors.Join(err, j.Close()); err != nil || e == nil {
		t.Fatal(e, err)
	}
	return keptDifferences(&g.rows[row].Values, &e.Outcome)
}

func TestRun_StopsOnExisting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(50, always))
		withExisting(g, 2)
		g.options.StopOnExisting, g.options.Workers = true, 1
		s := g.mustRun(t)
		if s.Stop == nil || s.Stop.Reason != StopExisting || s.ExitCode() != 8 || s.Counts[record.Exists] != 1 || g.server.Writes > 2 {
			t.Errorf("%v, %v after %d sends", s.Stop, s.Counts, g.server.Writes)
		}
	})
}

// meeting is a server whose first two reads of a customer meet.
type meeting struct {
	*simulate.Server

	arrived chan struct{}
	both    chan struct{}
}

func (m meeting) Get(ctx context.Context, id string) (*client.CustomerDetail, error) {
	select {
	case m.arrived <- struct{}{}:
		if len(m.arrived) == cap(m.arrived) {
			close(m.both)
		}
		<-m.both
	default:
	}
	return m.Server.Get(ctx, id)
}

// Two rows whose answers are lost find the same customer at the same time. It belongs to one of them.
func TestReconcile_OneCustomerForTwoRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		rows := someRows(2, always)
		rows[1].Values, rows[0].Key, rows[1].Key = rows[0].Values, "User0@example.com", "user0@example.com"
		g := newRig(rows)
		g.options.API = meeting{g.server, make(chan struct{}, 2), make(chan struct{})}
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1 {
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
			}
			return simulate.WriteFault{Kind: simulate.FaultLost}
		}
		s := g.mustRun(t)
		if s.Counts[record.Created] != 1 || s.Counts[record.Unknown] != 1 {
			t.Errorf("%v", s.Counts)
		}
	})
}

// An answer that names another row's customer is not followed by a second send, also not by the next run.
func TestStop_SameIDIsNotSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(2, always))
		g.oldCustomer()
		g.options.Workers, g.options.API = 1, &repeated{Server: g.server}
		if s := g.mustRun(t); s.Stop == nil || s.Stop.Reason != StopContract {
			t.Fatalf("%v", s.Stop)
		}
		g.options.API = nil
		s := g.mustRun(t)
		if g.server.Writes != 1 || s.Counts[record.Created] != 1 || s.Counts[record.Unknown] != 1 {
			t.Errorf("%v after %d sends", s.Counts, g.server.Writes)
		}
	})
}

// repeated is a server that carries out one write, and answers the next ones with the same customer.
type repeated struct {
	*simulate.Server

	made *client.CreatedCustomer
}

func (r *repeated) Create(ctx context.Context, c client.CreateRequest) (*client.CreatedCustomer, error) {
	if r.made != nil {
		return r.made, nil
	}
	made, err := r.Server.Create(ctx, c)
	r.made = made
	return made, err
}

func TestCanary_AsksForTheOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(20, always))
		g.options.Canary = 3
		var shown []CanaryRow
		g.options.Approve = func(canary []CanaryRow) error {
			shown = canary
			return errors.New("no")
		}
		s := g.mustRun(t)
		if s.Stop == nil || s.Stop.Reason != StopApproval || s.ExitCode() != 0 || g.server.Writes != 3 || len(shown) != 3 {
			t.Fatalf("%v after %d sends, %d shown", s.Stop, g.server.Writes, len(shown))
		}
		if c := shown[2]; c.Line != 4 || *c.Customer.CompanyName != "Company 2" {
			t.Errorf("%+v", c)
		}
		g.options.Approve = func([]CanaryRow) error { t.Error("asked twice"); return nil }
		if s := g.mustRun(t); s.Stop != nil || g.server.Writes != 20 {
			t.Errorf("%v after %d sends", s.Stop, g.server.Writes)
		}
	})
}

// Answers that come at the same time name one customer. It belongs to one row.
func TestStop_SameIDSideBySide(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(16, always))
		g.options.Workers, g.options.API = 16, sameID{g.server}
		if s := g.mustRun(t); s.Counts[record.Created] != 1 || s.Stop == nil || s.Stop.Reason != StopContract {
			t.Errorf("%v, %v", s.Stop, s.Counts)
		}
	})
}
