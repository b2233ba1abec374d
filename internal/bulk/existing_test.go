package bulk

import (
	"testing"
	"time"

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
