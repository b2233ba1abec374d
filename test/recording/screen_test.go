package recording

import (
	"strings"
	"testing"
	"time"
)

// text returns the lines of a screen without their colours.
func text(s *Screen) string {
	var b strings.Builder
	for _, line := range s.lines {
		for _, c := range line {
			b.WriteString(c.text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestScreen_Print(t *testing.T) {
	t.Parallel()
	for printed, want := range map[string]string{
		"one\r\ntwo":                     "one\ntwo\n",
		"1/2\r\x1b[K2/2\r\n":             "2/2\n\n",
		"abc\r\x1b[Kd":                   "d\n",
		"abcd\x1b[2DX":                   "abXd\n",
		"0123456789abc":                  "0123456789\nabc\n",
		"12345678\u65e5\u672c":           "12345678\u65e5\n\u672c\n",
		"e\u0301\a":                      "e\u0301\n",
		"\x1b[?2004h\x1b[1mx\x1b[0m":     "x\n",
		"\x1b[12Dx":                      "x\n",
		"\x1b[38;5;1mx\x1b[1;31my\x1b[m": "xy\n",
	} {
		s := NewScreen(10)
		s.Print(printed)
		if got := text(s); got != want {
			t.Errorf("%q shows %q, want %q", printed, got, want)
		}
	}
}

func TestSVG_ColoursAndEvents(t *testing.T) {
	t.Parallel()
	s := NewScreen(10)
	s.Print("a<b \x1b[1mbold\x1b[0m\r\n\x1b[31mred\x1b[0m\r\nthree")
	got := s.SVG("T", 2, []Event{{time.Second, 1}, {2 * time.Second, 3}, {4 * time.Second, 3}})
	for _, want := range []string{
		`<text x="0.0" y="14" textLength="25.2">a&lt;b</text>`, `<text x="33.6" y="14" class="b" textLength="33.6">bold</text>`,
		`class="c31"`, "@keyframes e0{0%{opacity:0}25.00%{opacity:1}}", "50.00%{transform:translateY(-19px)}",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture lacks %s:\n%s", want, got)
		}
	}
}
