package bulk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRowsThatValidationTookOutAreNotPending(t *testing.T) {
	t.Parallel()
	out := map[State]int{Invalid: 1, DuplicateInFile: 2}
	want := map[State]int{Created: 1, Pending: 2, Invalid: 1, DuplicateInFile: 2}
	for name, test := range map[string]struct {
		plan  PlanRecord
		notes []Note
		want  map[State]int
	}{
		"killed":                   {PlanRecord{Rows: 6, Out: out}, nil, want},
		"stopped":                  {PlanRecord{Rows: 6, Out: out}, []Note{{Event: "stopped", Counts: want}}, want},
		"by an older program":      {PlanRecord{Rows: 6}, []Note{{Event: "stopped", Counts: want}, {Event: "decided"}}, want},
		"killed, an older program": {PlanRecord{Rows: 6}, nil, map[State]int{Created: 1, Pending: 5}},
		"none taken out":           {PlanRecord{Rows: 6, Out: map[State]int{}}, nil, map[State]int{Created: 1, Pending: 5}},
		"more than there can be":   {PlanRecord{Rows: 6, Out: map[State]int{Invalid: 9}}, nil, map[State]int{Created: 1, Invalid: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDisk(nil)
			j, err := OpenJournal(d, "/j", Header{})
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Begin(test.plan); err != nil {
				t.Fatal(err)
			}
			if err := j.sent(&entry{row: 3, attempt: 1, at: time.Now()}); err != nil {
				t.Fatal(err)
			}
			if err := j.settled(&entry{row: 3, attempt: 1, at: time.Now(), outcome: outcome{state: Created}}); err != nil {
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
			if j, err = ReadJournal(d, "/j"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, j.Tally()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
