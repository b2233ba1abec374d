package bulk

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// What goes on under another name would be sent twice if the first could go on too.
func TestContinue_EarlierJournalIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(2, always))
		g.finish(t, t.Context())
		dir, header := g.dir, g.header
		g.edit(someRows(3, always))
		g.check(t, g.finish(t, t.Context()))
		if g.server.Writes != 3 {
			t.Errorf("%d sends", g.server.Writes)
		}
		_, err := journal.Open(g.disk, dir, header)
		if je, ok := errors.AsType[*journal.Error](err); !ok || je.Code != "journal_continued" {
			t.Errorf("the earlier journal: %v", err)
		}
		g.checkFinished(t, t.Context())
	})
}

func TestDecide_UnknownRows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resend bool
		want   map[record.State]int
	}{"resend": {true, map[record.State]int{record.Created: 2}}, "assume": {false, map[record.State]int{record.Created: 2}}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(2, func(i int) bool { return i == 0 }))
				g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
					if write == 2 {
						return simulate.WriteFault{Kind: simulate.FaultLost}
					}
					return simulate.WriteFault{}
				}
				s := g.finish(t, t.Context())
				if s.Counts[record.Unknown] != 1 {
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
				before := g.server.Writes
				s = g.finish(t, t.Context())
				if diff := cmp.Diff(test.want, s.Counts); diff != "" {
					t.Error(diff)
				}
				if sent := g.server.Writes - before; (sent == 1) != test.resend {
					t.Errorf("%d sends after the decision", sent)
				}
			})
		})
	}
}
