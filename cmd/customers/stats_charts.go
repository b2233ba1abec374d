package customers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// charts returns the charts: the top largest groups, all with 0, and the latest periods.
func (c *statistics) charts(top int) []output.Chart {
	sums := output.Chart{Title: "Totals"}
	for i, t := range c.totals {
		sums.Bars = append(sums.Bars, output.Bar{Label: t.label, N: c.sums[i]})
	}
	charts := []output.Chart{sums}
	if c.customers() == 0 {
		return charts
	}
	for _, g := range c.groupings {
		chart := output.Chart{Title: groupTitle(g), Total: c.customers()}
		switch list := g.list(c.customers()); {
		case g.field.Number != nil:
			chart.Bars = classBars(list)
		case g.field.Time != nil:
			chart.Bars, chart.InTime = c.course(g), true
		default:
			chart.Bars = ranked(list, top)
		}
		charts = append(charts, chart)
	}
	return charts
}

// groupTitle is the title of a chart: "Country code", "Created per month".
func groupTitle(g *grouping) string {
	if g.field.Name == client.SortByCreatedAt {
		return "Created per " + g.period
	}
	title := strings.ReplaceAll(g.field.Name, "_", " ")
	return strings.ToUpper(title[:1]) + title[1:]
}

// ranked returns the largest groups, the others as one, and the customers without a value last.
func ranked(list []stat, top int) []output.Bar {
	var bars []output.Bar
	others, rest := int64(0), 0
	for _, s := range list {
		switch {
		case s.Value == nil:
		case top == 0 || len(bars) < top:
			bars = append(bars, output.Bar{Label: shownValue(s), N: s.Count})
		default:
			others += s.Count
			rest++
		}
	}
	if rest > 0 {
		bars = append(bars, output.Bar{Label: fmt.Sprintf("(%s)", cli.Plural(int64(rest), "other")), N: others, Rest: true})
	}
	if last := len(list) - 1; last >= 0 && list[last].Value == nil {
		bars = append(bars, output.Bar{Label: shownValue(list[last]), N: list[last].Count, Rest: true})
	}
	return bars
}

// shownValue returns the label of a group.
func shownValue(s stat) string {
	switch {
	case s.Value == nil:
		return "(none)"
	case *s.Value == "":
		return "(empty)"
	}
	return *s.Value
}

// classBars groups numbers into classes, each about twice the size of the one before.
func classBars(list []stat) []output.Bar {
	from := []int64{0, 1, 2, 5, 10, 20, 50, 100}
	labels := []string{"0", "1", "2 to 4", "5 to 9", "10 to 19", "20 to 49", "50 to 99", "100 or more"}
	counts := make([]int64, len(from))
	var bars []output.Bar
	for _, s := range list {
		if s.Value == nil {
			bars = append(bars, output.Bar{Label: "(none)", N: s.Count, Rest: true})
			continue
		}
		class := len(from) - 1
		for class > 0 && number(s) < from[class] {
			class--
		}
		counts[class] += s.Count
	}
	for i, n := range slices.Backward(counts) {
		if n > 0 {
			bars = slices.Insert(bars, 0, output.Bar{Label: labels[i], N: n})
		}
	}
	return bars
}

// window returns the periods that charts show: the latest up to now, or up to the latest customer when it is older.
func (c *statistics) window() []string {
	names := make([]string, map[string]int{"day": 14, "week": 12, "month": 12}[c.period])
	end := c.now.UTC()
	if !c.latest.IsZero() && periodOf(c.period, c.latest) < periodOf(c.period, back(c.period, end, len(names)-1)) {
		end = c.latest.UTC()
	}
	for i := range names {
		names[i] = periodOf(c.period, back(c.period, end, len(names)-1-i))
	}
	return names
}

// course returns the periods of the window, empty ones included, and one bar each for what lies before and after.
func (c *statistics) course(g *grouping) []output.Bar {
	names := c.window()
	first, last := names[0], names[len(names)-1]
	counts := map[string]int64{}
	var earlier, later int64
	for value, n := range g.counts {
		switch {
		case value < first:
			earlier += n
		case value > last:
			later += n
		default:
			counts[value] = n
		}
	}
	var bars []output.Bar
	rest := func(label string, n int64) {
		if n > 0 {
			bars = append(bars, output.Bar{Label: label, N: n, Rest: true})
		}
	}
	rest("(earlier)", earlier)
	for _, name := range names {
		bars = append(bars, output.Bar{Label: name, N: counts[name]})
	}
	rest("(later)", later)
	rest("(unknown)", g.none)
	return bars
}

// back returns a time n periods before now.
func back(period string, now time.Time, n int) time.Time {
	switch period {
	case "day":
		return now.AddDate(0, 0, -n)
	case "week":
		return now.AddDate(0, 0, -7*n)
	}
	return time.Date(now.Year(), now.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
}
