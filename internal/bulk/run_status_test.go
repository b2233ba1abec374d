package bulk

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The status is the answer's that settled the row, or the one that left it in doubt.
func TestTheJournalKeepsTheStatusOfTheAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  string
		status int
		by     string
	}{
		"answered":                      {"", 201, byAnswer},
		"no answer":                     {"drop_after_commit:method=POST,limit=1", 0, bySearch},
		"500":                           {"500_after_commit:method=POST,limit=1", 500, bySearch},
		"503, and answered when resent": {"503:method=POST,limit=1", 201, byAnswer},
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
				if o.state != Created || o.status != test.status || o.evidence != test.by {
					t.Errorf("%s by %s, status %d; want %s, %d", o.state, o.evidence, o.status, test.by, test.status)
				}
			})
		})
	}
}

func lastOutcome(t *testing.T, g *rig) outcome {
	t.Helper()
	j, err := ReadJournal(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	last, err := lastOutcomes(j)
	if err != nil {
		t.Fatal(err)
	}
	e, err := last.find(0)
	if err != nil {
		t.Fatal(err)
	}
	return e.outcome
}

// The answer that left a row in doubt came in another process.
func TestARowThatIsSettledLaterKeepsTheStatusOfItsDoubt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		j, err := g.open()
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Begin(PlanRecord{Rows: 1}); err != nil {
			t.Fatal(err)
		}
		key, payload := hashes(&g.rows[0])
		l, err := j.send(&entry{attempt: 1, at: time.Now(), key: key, payload: payload})
		if err == nil {
			_, err = j.landed(&l)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := j.settled(&entry{attempt: 1, at: time.Now(), outcome: outcome{state: InDoubt, status: 502, code: "server_error"}}); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		made, err := g.server.commit(g.rows[0].Values, 0)
		if err != nil {
			t.Fatal(err)
		}
		g.mustRun(t)
		want := outcome{state: Created, status: 502, id: made.id, evidence: bySearch}
		if diff := cmp.Diff(want, lastOutcome(t, g), cmp.AllowUnexported(outcome{})); diff != "" {
			t.Error(diff)
		}
	})
}
