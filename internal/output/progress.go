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

// Progress shows the steps of a long command on stderr. Use it from one goroutine.
type Progress interface {
	Show(Step)
	Close()
}

// ProgressModes lists the values of --progress.
func ProgressModes() []string { return []string{"auto", "json", "none"} }

// NewProgress shows the steps in one of ProgressModes: auto is a bar on a terminal that is width columns wide, and elsewhere, with
// nil, a line every 10 s or 5 %. now is the clock.
func NewProgress(w io.Writer, mode string, width func() int, now func() time.Time) Progress {
	switch {
	case mode == "none":
		return noProgress{}
	case mode == "json":
		return &lineProgress{w: w, now: now, every: time.Second, text: jsonStep}
	case width != nil:
		return newBar(w, width)
	}
	return &lineProgress{w: w, now: now, every: 10 * time.Second, text: textStep}
}

type noProgress struct{}

func (noProgress) Show(Step) {}
func (noProgress) Close()    {}

// lineProgress writes a line when enough time has passed, or enough was done.
type lineProgress struct {
	w     io.Writer
	now   func() time.Time
	every time.Duration
	text  func(Step) string
	at    time.Time
	done  int
	last  Step
}

const progressShare = 20 // a line for every twentieth of the whole

func (p *lineProgress) Show(s Step) {
	p.last = s
	now := p.now()
	if p.at.IsZero() {
		p.at, p.done = now, s.Done
		return
	}
	if now.Sub(p.at) < p.every && (s.Done-p.done)*progressShare < max(s.Total, 1) {
		return
	}
	p.at, p.done = now, s.Done
	_, _ = io.WriteString(p.w, p.text(s)+"\n")
}

// Close writes the last step, unless it was written.
func (p *lineProgress) Close() {
	if p.last.Done != p.done {
		_, _ = io.WriteString(p.w, p.text(p.last)+"\n")
	}
}

func textStep(s Step) string {
	return fmt.Sprintf("%s of %s rows (%d %%), %s", Number(s.Done), Number(s.Total), percent(s), details(s))
}

// speed is how fast a step is, and how much time is left.
func speed(s Step) []string {
	var parts []string
	if s.Rate > 0 {
		parts = append(parts, fmt.Sprintf("%.0f/s", s.Rate))
	}
	if s.Left >= 0 && s.Done < s.Total {
		parts = append(parts, Duration(s.Left.Round(time.Second))+" left")
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

// bar shows the steps of a long command as the status line of a terminal.
type bar struct {
	terminal *Terminal
	width    func() int
	last     Step
	shown    bool
}

func newBar(w io.Writer, width func() int) *bar {
	t, ok := w.(*Terminal)
	if !ok {
		t = NewTerminal(w)
	}
	return &bar{terminal: t, width: width}
}

// Show redraws the bar.
func (b *bar) Show(s Step) {
	b.last, b.shown = s, true
	b.terminal.SetStatus(barText(s, max(b.width(), 20)-1)) // a full line would wrap
}

// Close leaves the last step on the screen, as a line.
func (b *bar) Close() {
	b.terminal.SetStatus("")
	if b.shown {
		_, _ = io.WriteString(b.terminal, barText(b.last, max(b.width(), 20)-1)+"\n")
	}
}

// barText is one line of at most room columns: what is done, how far, a bar where there is room, how fast, and the counts.
func barText(s Step, room int) string {
	if s.Waiting != "" {
		return cut(Escape(s.Waiting), room, FitEnd)
	}
	verb, rest := cmp.Or(Escape(s.Verb), "Done"), ""
	if s.Total > 0 {
		verb += fmt.Sprintf(" %d/%d", s.Done, s.Total)
	} else {
		verb += fmt.Sprintf(" %d", s.Done)
	}
	if speed := speed(s); len(speed) > 0 {
		rest = " " + strings.Join(speed, ", ")
	}
	var counts []string
	for _, c := range s.Counts {
		if c.N > 0 || c.Kept {
			counts = append(counts, c.text())
		}
	}
	if s.Note != "" {
		counts = append(counts, s.Note)
	}
	if len(counts) > 0 {
		rest += ": " + Escape(strings.Join(counts, ", "))
	}
	const frame, least, most = len(" []"), 6, 30
	if width := min(room-DisplayWidth(verb+rest)-frame, most); width >= least && s.Total > 0 {
		full := min(width, width*s.Done/s.Total)
		verb += " [" + strings.Repeat("#", full) + strings.Repeat("-", width-full) + "]"
	}
	return cut(verb+rest, room, FitEnd)
}
