package output

import (
	"io"
	"strings"
	"testing"
	"time"
)

func fixedWidth(n int) func() int { return func() int { return n } }

func importing() Step {
	return Step{
		Verb: "Importing", Done: 190, Total: 200, Rate: 93, Left: time.Second,
		Counts: []Count{{Name: "created", N: 190, Kept: true}, {Name: "exists"}, {Name: "rejected", Kept: true}, {Name: "in_doubt", Label: "unconfirmed", N: 10}},
	}
}

func TestBar_Text(t *testing.T) {
	for _, c := range []struct {
		step Step
		room int
		want string
	}{
		{importing(), 119, "Importing 190/200 [############################--] 93/s, 1s left: 190 created, 0 rejected, 10 unconfirmed"},
		{importing(), 81, "Importing 190/200 [#####-] 93/s, 1s left: 190 created, 0 rejected, 10 unconfirmed"},
		{importing(), 79, "Importing 190/200 93/s, 1s left: 190 created, 0 rejected, 10 unconfirmed"},
		{importing(), 59, "Importing 190/200 93/s, 1s left: 190 created, 0 rejected,…"},
		{Step{Total: 10, Left: -1, Waiting: "Waiting up to 48s to confirm 10 rows"}, 79, "Waiting up to 48s to confirm 10 rows"},
		{Step{Verb: "Reading", Left: -1, Note: "odd\x1b[2J"}, 79, "Reading 0: odd\\x1b[2J"},
	} {
		if got := barText(c.step, c.room); got != c.want || displayWidth(got) > c.room {
			t.Errorf("%d columns: %q, want %q", c.room, got, c.want)
		}
	}
}

func TestTerminal_TextAboveStatus(t *testing.T) {
	var b strings.Builder
	terminal := NewTerminal(&b)
	_, _ = io.WriteString(terminal, "before\n")
	terminal.SetStatus("10 %")
	terminal.SetStatus("10 %") // the same one is not drawn again
	_, _ = io.WriteString(terminal, "a note\n")
	terminal.SetStatus("20 %")
	_, _ = io.WriteString(terminal, "Go on? [y/N] ")
	terminal.SetStatus("30 %") // not over a question
	_, _ = io.WriteString(terminal, "y\n")
	terminal.SetStatus("")
	const c = clearStatus
	want := "before\n" + c + "10 %" + c + "a note\n10 %" + c + "20 %" + c + "Go on? [y/N] " + "y\n30 %" + c
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
