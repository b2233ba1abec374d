package output

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// Step is how far a long command has come.
type Step struct {
	Done, Total int
	Rate        float64       // per second; 0 when it is not known
	Left        time.Duration // until the end as far as can be told; negative when it cannot
	Counts      []Count       // by state, in the order in which they are shown
	Note        string        // what it waits for; "" for nothing
}

// Count is a number with its name.
type Count struct {
	Name string
	N    int
}

// Meter shows the steps of a long command on stderr. Use it from one goroutine.
type Meter interface {
	Show(Step)
	Close()
}

// MeterModes lists the values of --progress.
func MeterModes() []string { return []string{"auto", "json", "none"} }

// NewMeter makes a meter for one of MeterModes: auto is a bar on a terminal that is width columns wide, and elsewhere,
// with a width of 0, a line every 10 s or 5 %. now is the clock.
func NewMeter(w io.Writer, mode string, width int, now func() time.Time) Meter {
	switch {
	case mode == "none":
		return silentMeter{}
	case mode == "json":
		return &lineMeter{w: w, now: now, every: time.Second, text: jsonStep}
	case width > 0:
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

// details are the parts of a step beside its bar.
func details(s Step) string {
	var parts []string
	if s.Rate > 0 {
		parts = append(parts, fmt.Sprintf("%.0f/s", s.Rate))
	}
	if s.Left >= 0 && s.Done < s.Total {
		parts = append(parts, s.Left.Round(time.Second).String()+" left")
	}
	for _, c := range s.Counts {
		if c.N > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.N, c.Name))
		}
	}
	if s.Note != "" {
		parts = append(parts, s.Note)
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
		"event": "progress", "done": s.Done, "total": s.Total, "rate": s.Rate, "counts": counts, "note": s.Note, "eta_seconds": nil,
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

// bar redraws itself until it is closed.
type bar struct {
	writer  progress.Writer
	tracker *progress.Tracker
	ended   chan struct{}
}

func newBar(w io.Writer, width int) *bar {
	b := &bar{writer: progress.NewWriter(), tracker: &progress.Tracker{AutoStopDisabled: true}, ended: make(chan struct{})}
	b.writer.SetOutputWriter(w)
	b.writer.SetTerminalWidth(width)
	b.writer.SetTrackerLength(min(max(width/4, 5), 40))
	b.writer.SetTrackerPosition(progress.PositionLeft)
	b.writer.SetUpdateFrequency(100 * time.Millisecond)
	style := b.writer.Style()
	style.Visibility = progress.StyleVisibility{Tracker: true, Percentage: true}
	style.Options.Separator = " "
	b.writer.AppendTracker(b.tracker)
	go func() {
		b.writer.Render()
		close(b.ended)
	}()
	return b
}

func (b *bar) Show(s Step) {
	b.tracker.UpdateTotal(int64(max(s.Total, 1)))
	b.tracker.SetValue(int64(s.Done))
	b.tracker.UpdateMessage(details(s))
}

// Write puts whole lines above the bar.
func (b *bar) Write(p []byte) (int, error) {
	b.writer.Log("%s", strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

// Close asks again until it is heard: a Stop before the drawing has begun is lost.
func (b *bar) Close() {
	for {
		b.writer.Stop()
		select {
		case <-b.ended:
			return
		case <-time.After(time.Millisecond):
		}
	}
}
