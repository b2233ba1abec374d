package input

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// inputCase is an input and what reading and checking it has to come to.
type inputCase struct {
	name    string
	file    string // its name; in.csv when empty
	input   string
	options ReadOptions
	rules   Rules

	refused  string // the error that keeps the import from beginning; "" when it may begin
	pending  int
	invalid  int
	repeated int
	problems []string // "line:column severity kind field"
	messages []string // parts of the messages of the problems
	notes    []string // parts of the notes
	emails   []string // of the rows that would be sent, "-" for none
	changes  Changes  // but for LeftOut and Transcoded
}

func TestBadInputs_Files(t *testing.T) {
	cases := append(append(append(csvFileCases(), csvHeaderCases()...), csvRowCases()...), jsonCases()...)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

func (c *inputCase) run(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, orDefault(c.file, "in.csv"))
	if err := os.WriteFile(path, []byte(c.input), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := Open(t.Context(), path, nil, dir, c.options)
	if err != nil {
		c.compareRefusal(t, err, dir)
		return
	}
	defer source.Close()
	checked, err := Validate(t.Context(), source, c.rules)
	if err != nil {
		c.compareRefusal(t, err, dir)
		return
	}
	c.compareRefusal(t, checked.Err(), dir)
	if !slices.ContainsFunc(checked.Groups, func(g Group) bool { return g.Kind == "unreadable" }) {
		c.compareRows(t, checked)
	}
	for _, note := range c.notes {
		if all := strings.Join(source.Notes, "\n"); !strings.Contains(all, note) {
			t.Errorf("the notes lack %q:\n%s", note, all)
		}
	}
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (c *inputCase) compareRefusal(t *testing.T, err error, dir string) {
	t.Helper()
	got := ""
	if err != nil {
		got = strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	}
	if !strings.HasPrefix(got, c.refused) || (c.refused == "") != (got == "") {
		t.Errorf("refused for %q, want %q", got, c.refused)
	}
}

func (c *inputCase) compareRows(t *testing.T, checked *Checked) {
	t.Helper()
	want := [4]int{c.pending + c.invalid + c.repeated, c.pending, c.invalid, c.repeated}
	got := [4]int{checked.Rows, checked.Counts[record.Pending], checked.Counts[record.Invalid], checked.Counts[record.DuplicateInFile]}
	if got != want {
		t.Errorf("rows, pending, invalid and repeated are %v, want %v", got, want)
	}
	var problems, messages, emails []string
	for _, g := range checked.Groups {
		for _, p := range g.First {
			problems = append(problems, showProblem(p))
			messages = append(messages, p.Msg)
		}
	}
	if diff := cmp.Diff(c.problems, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s%s", diff, strings.Join(messages, "\n"))
	}
	for _, message := range c.messages {
		if all := strings.Join(messages, "\n"); !strings.Contains(all, message) {
			t.Errorf("the messages lack %q:\n%s", message, all)
		}
	}
	for row, err := range checked.Each() {
		if err != nil {
			t.Fatal(err)
		}
		if !row.State.Terminal() {
			emails = append(emails, orDefault(row.Values[record.Email], "-"))
		}
	}
	if diff := cmp.Diff(c.emails, emails); diff != "" {
		t.Errorf("emails of the rows to send (-want +got):\n%s", diff)
	}
	changes := checked.Changes
	changes.LeftOut, changes.Transcoded = 0, 0
	if diff := cmp.Diff(c.changes, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	compareRowProblems(t, checked)
}

// compareRowProblems checks that the rows together have the problems that were counted.
func compareRowProblems(t *testing.T, checked *Checked) {
	t.Helper()
	counted, found := map[string]int{}, map[string]int{}
	ofFile := []string{"unreadable", "unknown_field", "more_pages", kindMissingColumn, kindMisreadAs}
	for _, g := range checked.Groups {
		isSet := g.Kind == kindNotForClones && strings.Contains(g.First[0].Msg, "--set")
		if !slices.Contains(ofFile, g.Kind) && !isSet {
			counted[g.Kind+" "+g.Field] += g.Count
		}
	}
	for row, err := range checked.All(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range row.Problems {
			found[p.Kind+" "+p.Field]++
		}
		if (row.State == record.Pending) != (row.Reason() == "") {
			t.Errorf("row %d is %s for the reason %q", row.Index, row.State, row.Reason())
		}
	}
	if diff := cmp.Diff(counted, found); diff != "" {
		t.Errorf("problems in the groups (-) and in the rows (+):\n%s", diff)
	}
}

func showProblem(p Problem) string {
	severity := map[Severity]string{Warning: "warning", BadRow: "row", BadFile: "file"}[p.Severity]
	return strings.TrimSpace(fmt.Sprintf("%d:%d %s %s %s", p.Line, p.Column, severity, p.Kind, p.Field))
}
