package bulk

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/failure"
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
