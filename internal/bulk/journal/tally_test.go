package journal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestTally_SkippedRowsAreNotPending(t *testing.T) {
	t.Parallel()
	out := map[record.State]int{record.Invalid: 1, record.DuplicateInFile: 2}
	want := map[record.State]int{record.Created: 1, record.Pending: 2, record.Invalid: 1, record.DuplicateInFile: 2}
	for name, test := range map[string]struct {
		plan  PlanRecord
		notes []Note
		want  map[record.State]int
	}{
		"killed":                   {PlanRecord{Rows: 6, Out: out}, nil, want},
		"stopped":                  {PlanRecord{Rows: 6, Out: out}, []Note{{Event: "stopped", Counts: want}}, want},
		"by an older program":      {PlanRecord{Rows: 6}, []Note{{Event: "stopped", Counts: want}, {Event: "decided"}}, want},
		"killed, an older program": {PlanRecord{Rows: 6}, nil, map[record.State]int{record.Created: 1, record.Pending: 5}},
		"none taken out":           {PlanRecord{Rows: 6, Out: map[record.State]int{}}, nil, map[record.State]int{record.Created: 1, record.Pending: 5}},
		"more than there can be":   {PlanRecord{Rows: 6, Out: map[record.State]int{record.Invalid: 9}}, nil, map[record.State]int{record.Created: 1, record.Invalid: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := simulate.NewDisk(nil)
			j, err := Open(d, "/j", Header{})
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Begin(test.plan); err != nil {
				t.Fatal(err)
			}
			if err := j.sent(&Entry{Row: 3, Attempt: 1, At: time.Now()}); err != nil {
				t.Fatal(err)
			}
			if err := j.Record(3, 1, Outcome{State: record.Created}); err != nil {
				t.Fatal(err)
			}
			for _, n := range test.notes {
				if err := j.End(n); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			if j, err = Read(d, "/j"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, j.Counts()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
