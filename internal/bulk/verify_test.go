package bulk

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

// verified runs an import to its end and then looks at what it created.
func verified(t *testing.T, g *rig, api reconcile.API) (*Verification, int) {
	t.Helper()
	j, err := g.open()
	if err != nil {
		t.Fatal(err)
	}
	g.server.Pacer = nil // it belongs to the run
	before := g.server.Reads
	v, err := Verify(t.Context(), api, j, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return v, g.server.Reads - before
}

// unlisting is a server whose lists leave a customer out.
type unlisting struct {
	*simulate.Server
	hidden uuid.UUID
}

func (u unlisting) List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error) {
	page, err := u.Server.List(ctx, o)
	if err == nil {
		page.Customers = slices.DeleteFunc(page.Customers, func(c client.Customer) bool { return c.ID == u.hidden.String() })
	}
	return page, err
}

func TestVerify_CreatedCustomers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rows, others    int // customers made by others, after the import
		pageSize        int
		forget, hide    bool
		reads           int // at most
		missing, hidden bool
	}{
		"all there, by their pages":        {rows: 250, reads: 3},
		"all there, below many newer ones": {rows: 2, others: 5000, reads: 5},
		"all there, in pages of 20":        {rows: 90, pageSize: 20, reads: 5},
		"one is forgotten":                 {rows: 250, forget: true, reads: 5, missing: true},
		"one is forgotten, by its id":      {rows: 2, others: 5000, forget: true, reads: 6, missing: true},
		"one is in no list":                {rows: 250, hide: true, reads: 4, hidden: true},
		"nothing was created":              {rows: 0, reads: 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(test.rows, func(i int) bool { return i%2 == 0 }))
				g.mustRun(t)
				g.server.PageSize = test.pageSize
				time.Sleep(time.Minute)
				for range test.others {
					if _, err := g.server.Commit(record.Values{record.CompanyName: "Other"}, 0); err != nil {
						t.Fatal(err)
					}
				}
				api := unlisting{Server: g.server}
				want := &Verification{Created: test.rows}
				if test.rows > 0 {
					first := g.server.Customers[0].ID
					if test.missing {
						want.Missing = []string{first.String()}
					}
					if test.hidden {
						want.Unlisted = []string{first.String()}
					}
					if test.forget {
						g.server.Customers[0].ID = uuid.New()
					}
					if test.hide {
						api.hidden = first
					}
				}
				v, reads := verified(t, g, api)
				if diff := cmp.Diff(want, v); diff != "" || reads > test.reads {
					t.Errorf("%d reads, %d at most\n%s", reads, test.reads, diff)
				}
			})
		})
	}
}

// A server that does not know the order gives the oldest first.
func TestVerify_ListInAnotherOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3, always))
		for range 150 {
			if _, err := g.server.Commit(record.Values{record.CompanyName: "Other"}, 0); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
		}
		g.mustRun(t)
		time.Sleep(time.Minute)
		v, _ := verified(t, g, oldestFirst{g.server})
		if diff := cmp.Diff(&Verification{Created: 3}, v); diff != "" {
			t.Error(diff)
		}
	})
}

type oldestFirst struct{ *simulate.Server }

func (o oldestFirst) List(ctx context.Context, l client.ListOptions) (*client.CustomerPage, error) {
	all, err := o.Server.List(ctx, client.ListOptions{Page: 1, PerPage: 1000})
	if err == nil {
		slices.Reverse(all.Customers)
		all.Customers = all.Customers[min((l.Page-1)*l.PerPage, len(all.Customers)):min(l.Page*l.PerPage, len(all.Customers))]
	}
	return all, err
}

func TestVerify_AbsenceCountsAfterTheQuietPeriod(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(30, always))
		g.server.Lag = 40 * time.Second
		g.mustRun(t)
		begun := time.Now()
		v, _ := verified(t, g, g.server)
		if v.Created != 30 || len(v.Missing) > 0 || time.Since(begun) < 30*time.Second {
			t.Errorf("%+v after %v", v, time.Since(begun))
		}
	})
}

func TestVerify_AssumedRowsHaveNoID(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(3, func(int) bool { return false }))
		g.server.Fault = first(1, simulate.WriteFault{Kind: simulate.FaultLost})(g.server)
		g.mustRun(t)
		j, err := g.open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.Decide(false); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		v, reads := verified(t, g, g.server)
		if diff := cmp.Diff(&Verification{Created: 3, NoID: 3}, v); diff != "" || reads > 0 {
			t.Errorf("%d reads\n%s", reads, diff)
		}
	})
}
