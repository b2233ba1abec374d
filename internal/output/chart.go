package output

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Chart is how a whole divides into groups, for people: as bars on a terminal
// and as a picture on a page.
type Chart struct {
	Title  string
	Total  int64 // what the shares are of; 0 leaves them out
	Bars   []Bar
	InTime bool // the bars are a course of time, the latest last
}

// Bar is one group of a chart.
type Bar struct {
	Label string // may be foreign text
	N     int64
	Rest  bool // stands for several groups, or for none in particular
}

// draws reports whether a bar is drawn: what lies outside a course of time has a
// number only, since it would dwarf the course.
func (c Chart) draws(b Bar) bool { return !c.InTime || !b.Rest }

// longest is the size of the longest bar that is drawn.
func (c Chart) longest() int64 {
	longest := int64(0)
	for _, bar := range c.Bars {
		if c.draws(bar) {
			longest = max(longest, bar.N)
		}
	}
	return longest
}

// maxBar is how long a bar is at most, in columns: longer ones are no easier
// to compare.
const maxBar = 60

// Charts prints charts one under another, made to fit o.Width, or 80 columns
// where there is no terminal. o.ASCII draws the bars with #.
func Charts(w io.Writer, o Options, charts []Chart) error {
	width := o.Width
	if width == 0 {
		width = 80
	}
	l := newChartLayout(width, charts)
	l.painter, l.ascii = painter(o.Color), o.ASCII
	var b strings.Builder
	for i, c := range charts {
		if i > 0 {
			b.WriteByte('\n')
		}
		l.chart(&b, c)
	}
	_, err := io.WriteString(dataWriter{w}, b.String())
	return err
}

// chartLayout is the width of each part of a line, the same in all charts.
type chartLayout struct {
	label, number, share, bar int
	ascii                     bool
	painter
}

func newChartLayout(width int, charts []Chart) chartLayout {
	var l chartLayout
	for _, c := range charts {
		for _, bar := range c.Bars {
			l.label = max(l.label, DisplayWidth(Escape(bar.Label)))
			l.number = max(l.number, len(strconv.FormatInt(bar.N, 10)))
			l.share = max(l.share, len(share(bar.N, c.Total)))
		}
	}
	const least = 8 // a label is not cut below this, a bar not drawn below it
	rest := width - gap - l.number - gap - l.share - gap
	l.label = min(l.label, max(least, min(rest-gap-least, 40)))
	l.bar = min(rest-l.label-gap, maxBar)
	if l.bar < least {
		l.bar = 0
		l.label = min(l.label, max(least, rest))
	}
	return l
}

// chart adds a chart: its title, and a line for each bar.
func (l chartLayout) chart(b *strings.Builder, c Chart) {
	b.WriteString(l.paint(Escape(c.Title), Bold) + "\n")
	longest := c.longest()
	for _, bar := range c.Bars {
		label := cut(Escape(bar.Label), l.label, FitEnd)
		label += strings.Repeat(" ", l.label-DisplayWidth(label))
		if bar.Rest {
			label = l.paint(label, Dim)
		}
		line := fmt.Sprintf("  %s  %*d", label, l.number, bar.N)
		if l.share > 0 {
			line += fmt.Sprintf("  %*s", l.share, share(bar.N, c.Total))
		}
		if c.draws(bar) {
			line += "  " + l.draw(bar.N, longest)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// draw returns a bar in proportion to the longest one, in eighths of a column
// where the terminal can show them. No bar of something is empty.
func (l chartLayout) draw(n, longest int64) string {
	if n <= 0 || l.bar <= 0 {
		return ""
	}
	part := float64(n) / float64(longest)
	if l.ascii {
		return strings.Repeat("#", max(1, int(part*float64(l.bar)+0.5)))
	}
	eighths := max(1, int(part*float64(l.bar*8)+0.5))
	bar := strings.Repeat("█", eighths/8)
	if over := eighths % 8; over > 0 {
		bar += string(rune('█' + 8 - over)) // U+2589, seven eighths, to U+258F, one
	}
	return bar
}

// share is n of total in per cent, "" for a share of nothing.
func share(n, total int64) string {
	if total <= 0 {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(total))
}
