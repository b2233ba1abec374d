package bulk

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

// The status is the answer's that settled the row, or the one that left it in doubt.
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

// The answer that left a row in doubt came in another process.
func TestReconcile_KeepsTheStatusOfTheLostAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		j, err := g.open()
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Begin(journal.PlanRecord{Rows: 1}); err != nil {
			t.Fatal(err)
		}
		key, payload := record.Hashes(&g.rows[0])
		ticket, err := j.Send(journal.Entry{Attempt: 1, At: time.Now(), Key: key, Payload: payload})
		if err == nil {
			_, err = ticket.Durable()
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Record(0, 1, journal.Outcome{State: record.InDoubt, Status: 502, Code: "server_error"}); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		made, err := g.server.Commit(g.rows[0].Values, 0)
		if err != nil {
			t.Fatal(err)
		}
		g.mustRun(t)
		want := journal.Outcome{State: record.Created, Status: 502, ID: made.ID, Evidence: journal.BySearch}
		if diff := cmp.Diff(want, lastOutcome(t, g), cmp.AllowUnexported(journal.Outcome{})); diff != "" {
			t.Error(diff)
		}
	})
}
