package output

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"
)

func TestProgress_LineEveryTenSecondsOrFivePercent(t *testing.T) {
	var b strings.Builder
	now := testNow()
	m := NewProgress(&b, "auto", nil, func() time.Time { return now })
	step := func(after time.Duration, done int) int {
		now = now.Add(after)
		m.Show(Step{Done: done, Total: 1000, Rate: 2, Left: time.Minute, Counts: []Count{{Name: "created", N: done}, {Name: "rejected"}}})
		return strings.Count(b.String(), "\n")
	}
	for i, c := range []struct {
		after time.Duration
		done  int
		lines int
	}{{0, 0, 0}, {time.Second, 10, 0}, {9 * time.Second, 20, 1}, {time.Second, 69, 1}, {time.Second, 70, 2}, {9 * time.Second, 71, 2}, {time.Second, 71, 3}} {
		if got := step(c.after, c.done); got != c.lines {
			t.Errorf("step %d: %d lines, want %d", i, got, c.lines)
		}
	}
	if want := "20 of 1,000 rows (2 %), 2/s, 1m left, 20 created\n"; !strings.HasPrefix(b.String(), want) {
		t.Errorf("%q, want %q first", b.String(), want)
	}
	m.Close()
	if got := strings.Count(b.String(), "\n"); got != 3 {
		t.Errorf("Close repeats a line: %q", b.String())
	}
}

func TestProgress_JSONEvents(t *testing.T) {
	var b strings.Builder
	now := testNow()
	m := NewProgress(&b, "json", nil, func() time.Time { return now })
	m.Show(Step{Total: 2, Left: -1})
	m.Show(Step{Done: 2, Total: 2, Left: -1, Counts: []Count{{Name: "created", N: 2}}})
	m.Close()
	var event struct {
		Event       string
		Done, Total int
		Counts      map[string]int
		ETASeconds  *int `json:"eta_seconds"`
	}
	if err := json.Unmarshal([]byte(b.String()), &event); err != nil {
		t.Fatalf("%v: %q", err, b.String())
	}
	if event.Event != "progress" || event.Done != 2 || event.Counts["created"] != 2 || event.ETASeconds != nil {
		t.Errorf("%+v", event)
	}
}

func TestProgress_Silent(t *testing.T) {
	var b strings.Builder
	m := NewProgress(&b, "none", fixedWidth(80), time.Now)
	m.Show(Step{Done: 1, Total: 2})
	m.Close()
	if b.Len() != 0 {
		t.Errorf("%q", b.String())
	}
}

func TestProgress_LineAboveBarStays(t *testing.T) {
	var b strings.Builder
	terminal := NewTerminal(&b)
	m := NewProgress(terminal, "auto", fixedWidth(80), testNow)
	m.Show(Step{Done: 1, Total: 2, Left: -1})
	if _, err := io.WriteString(terminal, "Warning: 100% odd\n"); err != nil {
		t.Fatal(err)
	}
	m.Show(Step{Done: 2, Total: 2, Left: -1})
	m.Close()
	if n := strings.Count(b.String(), clearStatus+"Warning: 100% odd\nDone 1/2"); n != 1 {
		t.Errorf("the line is there %d times: %q", n, b.String())
	}
	if !strings.HasSuffix(b.String(), clearStatus+"Done 2/2 [##############################]\n") {
		t.Errorf("the last step does not stay: %q", b.String())
	}
}

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
		if got := barText(c.step, c.room); got != c.want || DisplayWidth(got) > c.room {
			t.Errorf("%d columns: %q, want %q", c.room, got, c.want)
		}
	}
}
