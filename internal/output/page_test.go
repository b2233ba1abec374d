package output

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
)

func testPage() Page {
	return Page{Title: "Title " + hostileLabel, Note: "Note " + hostileLabel, Warning: "Warning " + hostileLabel, Charts: append(testCharts(),
		Chart{Title: "Hostile " + hostileLabel, Bars: []Bar{{Label: hostileLabel, N: 1}, {Label: `" onload="alert(1)`, N: 2}}})}
}

func pageText(t *testing.T, p Page) string {
	t.Helper()
	var b strings.Builder
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage_NothingRunsOrLoads(t *testing.T) {
	got := pageText(t, testPage())
	for _, never := range []string{"<script", "javascript:", "url(", "src=", "href=", "@import", "http://", "https://", "\x1b", "\u202e", "ZgotmplZ"} {
		if strings.Contains(strings.ToLower(got), strings.ToLower(never)) {
			t.Errorf("the page holds %q", never)
		}
	}
	for _, want := range []string{`content="default-src 'none'; style-src 'unsafe-inline'"`, "&lt;script&gt;", "prefers-color-scheme: dark", `<p class="warning"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(pageText(t, Page{}), "<p class=\"warning\"") {
		t.Error("a page without a warning warns")
	}
}

func TestPage_ElementsOfTemplate(t *testing.T) {
	dec := xml.NewDecoder(strings.NewReader(pageText(t, testPage())))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	seen := map[string]int{}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		seen[start.Name.Local]++
		for _, a := range start.Attr {
			if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") {
				t.Errorf("<%s> has the attribute %s", start.Name.Local, a.Name.Local)
			}
		}
	}
	if seen["svg"] != 4 || seen["rect"] != 10 || seen["script"]+seen["img"]+seen["iframe"]+seen["link"] > 0 {
		t.Errorf("elements: %v", seen)
	}
}

func TestPage_BarsStayInPictures(t *testing.T) {
	for _, c := range append(testCharts(), Chart{InTime: true}, Chart{InTime: true, Bars: []Bar{{N: -5}, {N: 0}, {N: 1 << 62}}}) {
		f := newFigure(c)
		for _, b := range f.Bars {
			if b.X < 0 || b.Y < 0 || b.Width < 0 || b.Height < 0 || b.X+b.Width > float64(f.Width) || b.Y+b.Height > float64(f.Height) || b.NumberY > float64(f.Height) {
				t.Errorf("%s: %+v in %d x %d", c.Title, b, f.Width, f.Height)
			}
		}
	}
	got := pageText(t, Page{Charts: []Chart{{Bars: []Bar{{Label: "a", N: 4}, {Label: "b", N: 1}, {Label: "c", N: 0}}}}})
	var widths []string
	for _, m := range regexp.MustCompile(`<rect [^>]*width="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		widths = append(widths, m[1])
	}
	if strings.Join(widths, " ") != "200 50 0" {
		t.Errorf("widths %v", widths)
	}
}

func TestPage_ColumnsNamePeriods(t *testing.T) {
	for name, want := range map[string]string{"2026-01": "26-01", "2026-01-31": "01-31", "2026-W07": "W07", "x": "x"} {
		if got := shortPeriod(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
