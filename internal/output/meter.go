package output

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// Step is how far a long command has come.
type Step struct {
	Verb        string // what is done, such as Importing
	Done, Total int
	Rate        float64       // per second; 0 when it is not known
	Left        time.Duration // until the end as far as can be told; negative when it cannot
	Counts      []Count       // by state, in the order in which they are shown
	Note        string        // why it is slow; "" when it is not
	Waiting     string        // what it waits for when nothing else is left to do, such as "Waiting up to 48s"; "" for nothing
}

// Count is a number with its name.
type Count struct {
	Name  string
	Label string // for people; "" is the name
	N     int
	Kept  bool // a bar shows it also when it is 0
}

func (c Count) text() string { return fmt.Sprintf("%d %s", c.N, cmp.Or(c.Label, c.Name)) }

// Meter shows the steps of a long command on stderr. Use it from one goroutine.
type Meter interface {
	Show(Step)
	Close()
}

// MeterModes lists the values of --progress.
func MeterModes() []string { return []string{"auto", "json", "none"} }

// NewMeter makes a meter for one of MeterModes: auto is a bar on a terminal that is width columns wide, and elsewhere, with
// nil, a line every 10 s or 5 %. now is the clock.
func NewMeter(w io.Writer, mode string, width func() int, now func() time.Time) Meter {
	switch {
	case mode == "none":
		return silentMeter{}
	case mode == "json":
		return &lineMeter{w: w, now: now, every: time.Second, text: jsonStep}
	case width != nil:
		return newBar(w, width)
	}
	return &lineMeter{w: w, now: now, every: 10 * time.Second, text: textStep}
}

type silentMeter struct{}

func (silentMeter) Show(Step) {}
func (silentMeter) Close()    {}

// lineMeter writes a line when enough time has passed, or enough was done.
type lineMeter struct {
	w     io.Writer
	now   func() time.Time
	every time.Duration
	text  func(Step) string
	at    time.Time
	done  int
	last  Step
}

const meterShare = 20 // a line for every twentieth of the whole

func (m *lineMeter) Show(s Step) {
	m.last = s
	now := m.now()
	if m.at.IsZero() {
		m.at, m.done = now, s.Done
		return
	}
	if now.Sub(m.at) < m.every && (s.Done-m.done)*meterShare < max(s.Total, 1) {
		return
	}
	m.at, m.done = now, s.Done
	_, _ = io.WriteString(m.w, m.text(s)+"\n")
}

// Close writes the last step, unless it was written.
func (m *lineMeter) Close() {
	if m.last.Done != m.done {
		_, _ = io.WriteString(m.w, m.text(m.last)+"\n")
	}
}

func textStep(s Step) string {
	return fmt.Sprintf("%d of %d rows (%d %%), %s", s.Done, s.Total, percent(s), details(s))
}

// speed is how fast a step is, and how much time is left.
func speed(s Step) []string {
	var parts []string
	if s.Rate > 0 {
		parts = append(parts, fmt.Sprintf("%.0f/s", s.Rate))
	}
	if s.Left >= 0 && s.Done < s.Total {
		parts = append(parts, s.Left.Round(time.Second).String()+" left")
	}
	return parts
}

// details are the parts of a step beside its bar.
func details(s Step) string {
	parts := speed(s)
	for _, c := range s.Counts {
		if c.N > 0 {
			parts = append(parts, c.text())
		}
	}
	for _, note := range []string{s.Note, s.Waiting} {
		if note != "" {
			parts = append(parts, note)
		}
	}
	return Escape(strings.Join(parts, ", "))
}

func percent(s Step) int {
	if s.Total == 0 {
		return 100
	}
	return 100 * s.Done / s.Total
}

func jsonStep(s Step) string {
	counts := map[string]int{}
	for _, c := range s.Counts {
		counts[c.Name] = c.N
	}
	event := map[string]any{
		"event": "progress", "done": s.Done, "total": s.Total, "rate": s.Rate, "counts": counts, "note": cmp.Or(s.Note, s.Waiting), "eta_seconds": nil,
	}
	if s.Left >= 0 {
		event["eta_seconds"] = int(s.Left.Seconds())
	}
	line, err := json.Marshal(event)
	if err != nil {
		return `{"event":"progress"}` // a rate that is no number
	}
	return string(line)
}
