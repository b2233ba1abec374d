package output

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/jsonobject"
)

// Page is charts as one HTML file that needs nothing else: no network, no
// script, no other file. It follows the reader's choice of light or dark.
type Page struct {
	Title   string // may hold foreign text, as may all that follows
	Note    string
	Warning string // "" for none
	Charts  []Chart
}

//go:embed page.html
var pageSource string

// Write writes the page. Its template escapes every text with the function html.
func (p Page) Write(w io.Writer) error {
	page, err := newTemplate(pageSource, time.Now)
	if err != nil {
		return err
	}
	figures := make([]figure, len(p.Charts))
	for i, c := range p.Charts {
		figures[i] = newFigure(c)
	}
	text, err := jsonobject.Encode(map[string]any{
		"Title": Escape(p.Title), "Note": Escape(p.Note), "Warning": Escape(p.Warning), "Figures": figures,
	})
	if err != nil {
		return err
	}
	doc, err := decodeExact(bytes.NewReader(text))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := page.run(context.Background(), doc, false, &out); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

// figure is a chart as a picture, in the units of its view box.
type figure struct {
	Title         string
	Alt           string // the figures as text, for screen readers
	Width, Height int
	Bars          []figureBar
}

// figureBar is a bar, its label and its number.
type figureBar struct {
	Name, Label, Number string  // Label is the name as far as there is room
	X, Y, Width, Height float64 // of the bar
	LabelX, LabelY      float64
	NumberX, NumberY    float64
	Anchor              string // how the texts lie to their place: start or middle
	Rest                bool
}

const (
	figureWidth = 480
	barHeight   = 18
	barStep     = 28
	barStart    = 170 // right of the labels
	barRoom     = 200 // numbers are right of that
	maxLabel    = 22  // characters
)

func newFigure(c Chart) figure {
	f := figure{Title: Escape(c.Title), Width: figureWidth}
	longest := c.longest()
	if c.InTime {
		return f.columns(c, longest)
	}
	f.Height = barStep*len(c.Bars) + 4
	for i, bar := range c.Bars {
		y := float64(i * barStep)
		width := length(bar.N, longest, barRoom)
		f.add(c, bar, figureBar{
			X: barStart, Y: y + 4, Width: width, Height: barHeight, Anchor: "start",
			LabelX: 0, LabelY: y + 18, NumberX: barStart + width + 8, NumberY: y + 18,
		})
	}
	return f
}

// columns draws a course of time as columns side by side; the groups outside it
// follow as numbers.
func (f figure) columns(c Chart, longest int64) figure {
	const room, top, below = 180, 24, 40
	inside := slices.DeleteFunc(slices.Clone(c.Bars), func(b Bar) bool { return b.Rest })
	outside := slices.DeleteFunc(slices.Clone(c.Bars), func(b Bar) bool { return !b.Rest })
	f.Height = top + room + below + barStep*len(outside)
	step := float64(figureWidth) / float64(max(1, len(inside)))
	for i, bar := range inside {
		height := length(bar.N, longest, room)
		middle := (float64(i) + 0.5) * step
		f.add(c, bar, figureBar{
			X: float64(i)*step + 3, Y: top + room - height, Width: step - 6, Height: height, Anchor: "middle",
			LabelX: middle, LabelY: top + room + 18, NumberX: middle, NumberY: top + room - height - 6,
		})
	}
	for i, bar := range outside {
		y := float64(top + room + below + i*barStep)
		f.add(c, bar, figureBar{Anchor: "start", LabelX: 0, LabelY: y + 10, NumberX: barStart, NumberY: y + 10})
	}
	return f
}

// add completes a bar with its texts.
func (f *figure) add(c Chart, bar Bar, at figureBar) {
	at.Rest = bar.Rest
	at.Name, at.Number = Escape(bar.Label), fmt.Sprint(bar.N)
	at.Label = cut(at.Name, maxLabel, FitEnd)
	if at.Anchor == "middle" {
		at.Label = shortPeriod(at.Label)
	}
	if part := share(bar.N, c.Total); part != "" && at.Anchor == "start" {
		at.Number += " · " + part
	}
	f.Bars = append(f.Bars, at)
	if f.Alt != "" {
		f.Alt += ", "
	}
	f.Alt += fmt.Sprintf("%s: %d", at.Name, bar.N)
}

// shortPeriod leaves out what the columns beside it show: the century of a
// month, the year of a day or a week.
func shortPeriod(name string) string {
	switch len(name) {
	case len("2006-01"):
		return name[2:]
	case len("2006-01-02"), len("2006-W01"):
		return name[5:]
	}
	return name
}

// length is n in proportion to the longest. What there is can be seen.
func length(n, longest int64, room float64) float64 {
	if n <= 0 || longest <= 0 {
		return 0
	}
	return max(1, float64(int(float64(n)/float64(longest)*room*10))/10)
}
