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

// charts returns the charts: the largest groups, and the latest periods.
func (o *customersStatsOptions) charts(c *statistics) []output.Chart {
	total := output.Chart{Title: "Totals"}
	for _, s := range c.totals() {
		total.Bars = append(total.Bars, output.Bar{Label: totalLabel(*s.Value), N: s.Count})
	}
	charts := []output.Chart{total}
	if c.customers == 0 {
		return charts
	}
	for _, g := range c.groupings {
		chart := output.Chart{Title: groupTitle(g), Total: c.customers}
		switch list := g.list(c.customers); {
		case g.field.Number != nil:
			chart.Bars = classBars(list)
		case g.field.Time != nil:
			chart.Bars, chart.InTime = c.course(g), true
		default:
			chart.Bars = o.ranked(list)
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

func totalLabel(name string) string {
	return map[string]string{
		"customers": "customers", "subscriptions": "subscriptions", "active_subscriptions": "  of them active",
		"instances": "instances", "running_instances": "  of them running",
	}[name]
}

// ranked returns the largest groups, the others as one, and the customers without a value last.
func (o *customersStatsOptions) ranked(list []stat) []output.Bar {
	var bars []output.Bar
	others, rest := int64(0), 0
	for _, s := range list {
		switch {
		case s.Value == nil:
		case o.top == 0 || len(bars) < o.top:
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
	classes := []struct {
		label string
		to    int64
	}{{"0", 0}, {"1", 1}, {"2 to 4", 4}, {"5 to 9", 9}, {"10 to 19", 19}, {"20 to 49", 49}, {"50 to 99", 99}}
	var bars []output.Bar
	for _, class := range classes {
		bars = append(bars, output.Bar{Label: class.label})
	}
	bars = append(bars, output.Bar{Label: "100 or more"})
	unknown := output.Bar{Label: "(none)", Rest: true}
	for _, s := range list {
		if s.Value == nil {
			unknown.N += s.Count
			continue
		}
		n := number(s)
		at := 0
		for at < len(classes) && n > classes[at].to {
			at++
		}
		bars[at].N += s.Count
	}
	bars = slices.DeleteFunc(bars, func(b output.Bar) bool { return b.N == 0 })
	if unknown.N > 0 {
		bars = append(bars, unknown)
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
	var earlier, later, unknown int64
	for v, n := range g.groups {
		switch {
		case !v.given:
			unknown += n
		case v.text < first:
			earlier += n
		case v.text > last:
			later += n
		default:
			counts[v.text] += n
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
	rest("(unknown)", unknown)
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
