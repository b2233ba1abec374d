package bulk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestPlan_FindsABlindSearch(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		email string // of the newest customer; "none" for no customer
		blind bool
		want  bool
	}{
		"it does":            {email: "Anna@example.com"},
		"it does not":        {email: "Anna@example.com", blind: true, want: true},
		"no email to search": {email: "none", blind: true},
		"no email":           {email: "", blind: true},
		"an email with a \\": {email: `a\b@example.com`, blind: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g, o := planRig(t, 3)
				if test.email != "none" {
					g.server.Add(simulate.Customer{ID: uuid.New(), Values: record.Values{record.Email: test.email}, At: time.Now()})
				}
				g.server.SearchBlind = test.blind
				p, err := NewPlan(t.Context(), o)
				if err != nil || p.SearchBlind != test.want || test.want && !p.Swept {
					t.Errorf("%+v, %v", p, err)
				}
			})
		})
	}
}

// The list shows what the search does not find. What it does not show is not absent: nothing is sent again.
func TestReconcile_BlindSearchUsesTheList(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(6, always))
		g.options.SearchBlind, g.server.SearchBlind = true, true
		g.server.Add(simulate.Customer{ID: uuid.New(), Values: record.Values{record.CompanyName: "Other", record.Email: g.rows[5].Values[record.Email]}, At: time.Now()})
		time.Sleep(time.Hour)
		g.server.Fault = func(_ int, v record.Values) simulate.WriteFault {
			switch name := v[record.CompanyName]; {
			case name == "Company 1" && g.server.Posts[name] == 1:
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
			case name == "Company 2" && g.server.Posts[name] == 1:
				return simulate.WriteFault{Kind: simulate.FaultLost}
			case name == "Company 3" && g.server.Posts[name] == 1:
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted, Delay: 30 * time.Second}
			}
			return simulate.WriteFault{}
		}
		s := g.mustRun(t)
		if diff := cmp.Diff(map[record.State]int{record.Created: 4, record.Exists: 1, record.Unknown: 1}, s.Counts); diff != "" || s.Sends != 6 {
			t.Errorf("%d sends\n%s", s.Sends, diff)
		}
		g.check(t, s)
	})
}
