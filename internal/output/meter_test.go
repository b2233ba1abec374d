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
	m := NewMeter(&b, "auto", nil, func() time.Time { return now })
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
	if want := "20 of 1000 rows (2 %), 2/s, 1m0s left, 20 created\n"; !strings.HasPrefix(b.String(), want) {
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
	m := NewMeter(&b, "json", nil, func() time.Time { return now })
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
	m := NewMeter(&b, "none", fixedWidth(80), time.Now)
	m.Show(Step{Done: 1, Total: 2})
	m.Close()
	if b.Len() != 0 {
		t.Errorf("%q", b.String())
	}
}

func TestProgress_LineAboveBarStays(t *testing.T) {
	var b strings.Builder
	terminal := NewTerminal(&b)
	m := NewMeter(terminal, "auto", fixedWidth(80), testNow)
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
