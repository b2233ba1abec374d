package bulk

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

// The status is that of the answer which decided the outcome, or left it unconfirmed.
func TestRecord_StatusOfTheAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  string
		status int
		by     string
	}{
		"answered":                      {"", 201, journal.ByAnswer},
		"no answer":                     {"drop_after_commit:method=POST,limit=1", 0, journal.BySearch},
		"500":                           {"500_after_commit:method=POST,limit=1", 500, journal.BySearch},
		"503, and answered when resent": {"503:method=POST,limit=1", 201, journal.ByAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := startNetwork(t)
				if test.fault != "" {
					if err := n.sandbox.SetFaults(test.fault); err != nil {
						t.Fatal(err)
					}
				}
				g := newRig(someRows(1, always))
				n.run(t, g)
				o := lastOutcome(t, g)
				if o.State != record.Created || o.Status != test.status || o.Evidence != test.by {
					t.Errorf("%s by %s, status %d; want %s, %d", o.State, o.Evidence, o.Status, test.by, test.status)
				}
			})
		})
	}
}

func lastOutcome(t *testing.T, g *rig) journal.Outcome {
	t.Helper()
	j, err := journal.Read(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	last, err := j.LastOutcomes()
	if err != nil {
		t.Fatal(err)
	}
	e, err := last.Find(0)
	if err != nil {
		t.Fatal(err)
	}
	return e.Outcome
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

// sameID gives every customer the same id.
type sameID struct{ *simulate.Server }

func (s sameID) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	made, err := s.Server.Create(ctx, r)
	if err == nil {
		made.ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	}
	return made, err
}

func TestStop_SameIDForTwoRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(5, always))
		g.options.Workers = 1
		g.options.API = sameID{g.server}
		s := g.mustRun(t)
		if s.Stop == nil || s.Stop.Reason != StopContract || g.server.Writes != 2 || s.Counts[record.Created] != 1 || s.Counts[record.Unknown] != 1 {
			t.Errorf("%v, %v after %d sends", s.Stop, s.Counts, g.server.Writes)
		}
	})
}
