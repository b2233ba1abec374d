package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func speak(s Status) string {
	var b strings.Builder
	s.W = &b
	s.Note("kept %s", "a\x1b[2J\nb")
	s.Warn("drift: %d rows", 3)
	s.Footer("2 of 5 customers", []string{"SUBS", "CREATED"})
	s.Footer("5 customers", nil)
	return b.String()
}

func TestStatus_VisibleLines(t *testing.T) {
	want := `kept a\x1b[2J\nb
Warning: drift: 3 rows
2 of 5 customers
Hidden: SUBS, CREATED (--columns +subs, -o wide)
5 customers
`
	if diff := cmp.Diff(want, speak(Status{})); diff != "" {
		t.Error(diff)
	}
}

func TestStatus_QuietKeepsWarnings(t *testing.T) {
	if diff := cmp.Diff("Warning: drift: 3 rows\n", speak(Status{Quiet: true})); diff != "" {
		t.Error(diff)
	}
}

func TestStatus_Colours(t *testing.T) {
	got := speak(Status{Color: true})
	for _, want := range []string{"\x1b[33mWarning: drift: 3 rows\x1b[0m\n", "\x1b[2m5 customers\x1b[0m\n", `kept a\x1b[2J\nb` + "\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

// TestStatus_WrapsAtWords checks that a terminal shows lines that end between words.
func TestStatus_WrapsAtWords(t *testing.T) {
	want := "2 of 5\ncustomers\nHidden: SUBS,\nCREATED\n(--columns\n+subs, -o wide)\n  journal    /home/ann/imports\n"
	var b strings.Builder
	Status{W: &b, Width: 15}.Footer("2 of 5 customers", []string{"SUBS", "CREATED"})
	Status{W: &b, Width: 15}.Note("  journal    /home/ann/imports") // a line of a table
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
