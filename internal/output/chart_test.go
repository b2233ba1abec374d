package output

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const hostileLabel = "\x1b]0;evil\a<script>alert(1)</script>\u202e\n"

func testCharts() []Chart {
	return []Chart{
		{Title: "Totals", Bars: []Bar{{Label: "all", N: 8}, {Label: "none", N: 0}}},
		{Title: "Country", Total: 8, Bars: []Bar{{Label: "DE", N: 4}, {Label: "NZ", N: 1}, {Label: "(2 others)", N: 3, Rest: true}}},
		{Title: "New", Total: 8, InTime: true, Bars: []Bar{{Label: "(earlier)", N: 1000, Rest: true}, {Label: "2026-01", N: 1}, {Label: "2026-02", N: 2}}},
	}
}

func charts(t *testing.T, o Options, list []Chart) string {
	t.Helper()
	var b strings.Builder
	if err := Charts(&b, o, list); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestChart_BarsInProportion(t *testing.T) {
	want := `Totals
  all            8            ##############
  none           0

Country
  DE             4     50.0%  ##############
  NZ             1     12.5%  ####
  (2 others)     3     37.5%  ###########

New
  (earlier)   1000  12500.0%
  2026-01        1     12.5%  #######
  2026-02        2     25.0%  ##############
`
	got := charts(t, Options{Width: 44, ASCII: true}, testCharts())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestChart_FitsTerminal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := Options{Width: rapid.IntRange(40, 300).Draw(rt, "width"), ASCII: rapid.Bool().Draw(rt, "ascii")}
		bar := rapid.Custom(func(rt *rapid.T) Bar {
			return Bar{Label: rapid.String().Draw(rt, "label"), N: rapid.Int64Range(0, 1e9).Draw(rt, "n"), Rest: rapid.Bool().Draw(rt, "rest")}
		})
		chart := Chart{Title: "T", Total: 1e9, Bars: rapid.SliceOf(bar).Draw(rt, "bars"), InTime: rapid.Bool().Draw(rt, "time")}
		var b strings.Builder
		if err := Charts(&b, o, []Chart{chart}); err != nil {
			rt.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if len(lines) != 1+len(chart.Bars) {
			rt.Fatalf("%d lines for %d bars", len(lines), len(chart.Bars))
		}
		for i, line := range lines {
			if DisplayWidth(line) > o.Width {
				rt.Fatalf("%d columns on a terminal of %d: %q", DisplayWidth(line), o.Width, line)
			}
			if i > 0 && !strings.Contains(line, fmt.Sprint(chart.Bars[i-1].N)) {
				rt.Fatalf("the number is missing in %q", line)
			}
		}
		if strings.ContainsFunc(strings.ReplaceAll(b.String(), "\n", ""), invisible) {
			rt.Fatalf("unsafe: %q", b.String())
		}
	})
}

func TestChart_ASCIIOnly(t *testing.T) {
	if got := charts(t, Options{ASCII: true}, testCharts()); strings.ContainsFunc(got, func(r rune) bool { return r >= utf8.RuneSelf }) {
		t.Errorf("%s", got)
	}
	got := charts(t, Options{Width: 60}, []Chart{{Bars: []Bar{{Label: "a", N: 80}, {Label: "b", N: 41}, {Label: "c", N: 1}}}})
	for _, want := range []string{strings.Repeat("█", 40), "▏"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestChart_ColourOnlyWhereAsked(t *testing.T) {
	if got := charts(t, Options{}, testCharts()); strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
	if got := charts(t, Options{Color: true}, testCharts()); !strings.Contains(got, "\x1b[1mTotals\x1b[0m") || !strings.Contains(got, "\x1b[2m(2 others)") {
		t.Errorf("%q", got)
	}
	if got := charts(t, Options{Color: true}, []Chart{{Title: hostileLabel, Bars: []Bar{{Label: hostileLabel, N: 1}}}}); strings.ContainsAny(got, "\a") || strings.Contains(got, "\x1b]") {
		t.Errorf("%q", got)
	}
}
