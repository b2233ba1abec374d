package bulk

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/pkg/client"
)

// blind is a server whose search finds nobody.
type blind struct{ *server }

func (blind) FindByEmail(context.Context, string) ([]client.Customer, error) { return nil, nil }

func TestThePlanFindsOutWhetherTheSearchWorks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		email string // of the newest customer; "none" for no customer
		blind bool
		want  bool
	}{
		"it does":            {email: "Somebody@example.com"},
		"it does not":        {email: "Somebody@example.com", blind: true, want: true},
		"nobody to look for": {email: "none", blind: true},
		"no email":           {email: "", blind: true},
		"an email with a \\": {email: `a\b@example.com`, blind: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g, o := planRig(t, 3)
				if test.email != "none" {
					g.server.add(customer{id: uuid.New(), values: Values{Email: test.email}, at: time.Now()})
				}
				if test.blind {
					o.API = blind{g.server}
				}
				p, err := NewPlan(t.Context(), o)
				if err != nil || p.SearchBlind != test.want || test.want && !p.Swept {
					t.Errorf("%+v, %v", p, err)
				}
			})
		})
	}
}

// The list settles what the search cannot: rows whose answer was lost, and the refusal of an email that somebody has.
func TestWithoutASearchTheListSettlesDoubtAndDuplicates(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(6, always))
		g.options.SearchBlind, g.options.API = true, blind{g.server}
		g.server.add(customer{id: uuid.New(), values: Values{CompanyName: "Other", Email: g.rows[5].Values[Email]}, at: time.Now()})
		time.Sleep(time.Hour)
		g.server.fault = func(_ int, v Values) writeFault {
			switch name := v[CompanyName]; {
			case name == "Company 1" && g.server.posts[name] == 1:
				return writeFault{kind: faultLostDone}
			case name == "Company 2" && g.server.posts[name] == 1:
				return writeFault{kind: faultLost}
			case name == "Company 3" && g.server.posts[name] == 1:
				return writeFault{kind: faultLostDone, delay: 30 * time.Second}
			}
			return writeFault{}
		}
		s := g.mustRun(t)
		if diff := cmp.Diff(map[State]int{Created: 5, Exists: 1}, s.Counts); diff != "" || s.Posts != 7 {
			t.Errorf("%d sends\n%s", s.Posts, diff)
		}
		g.check(t, s)
	})
}
