package bulk

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What goes on under another name would be sent twice if the first could go on too.
func TestAContinuedJournalIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(2, always))
		g.finish(t, t.Context())
		dir, header := g.dir, g.header
		g.edit(someRows(3, always))
		g.check(t, g.finish(t, t.Context()))
		if g.server.writes != 3 {
			t.Errorf("%d sends", g.server.writes)
		}
		_, err := OpenJournal(g.disk, dir, header)
		if je, ok := errors.AsType[*JournalError](err); !ok || je.Code != "journal_continued" {
			t.Errorf("the earlier journal: %v", err)
		}
		g.checkFinished(t, t.Context())
	})
}

func TestUnknownRowsAreDecidedByTheUser(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resend bool
		want   map[State]int
	}{"resend": {true, map[State]int{Created: 2}}, "assume": {false, map[State]int{Created: 2}}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(2, func(i int) bool { return i == 0 }))
				g.server.fault = func(write int, _ Values) writeFault {
					if write == 2 {
						return writeFault{kind: faultLost}
					}
					return writeFault{}
				}
				s := g.finish(t, t.Context())
				if s.Counts[Unknown] != 1 {
					t.Fatalf("%v", s.Counts)
				}
				j, err := g.open()
				if err != nil {
					t.Fatal(err)
				}
				n, err := j.Decide(test.resend)
				if err = errors.Join(err, j.Close()); err != nil || n != 1 {
					t.Fatalf("%d rows decided, %v", n, err)
				}
				before := g.server.writes
				s = g.finish(t, t.Context())
				if diff := cmp.Diff(test.want, s.Counts); diff != "" {
					t.Error(diff)
				}
				if sent := g.server.writes - before; (sent == 1) != test.resend {
					t.Errorf("%d sends after the decision", sent)
				}
			})
		})
	}
}
