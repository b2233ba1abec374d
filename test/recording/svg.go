package recording

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Event is the moment at which the screen has so many rows.
type Event struct {
	At   time.Duration
	Rows int
}

const (
	fontSize   = 14
	cellWidth  = 8.4
	cellHeight = 19
	padding    = 16
)

// head is the picture's frame. Its colours are its own, so that it can be read on a light and a dark page.
const head = `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="%[3]d">
<title>%[4]s</title>
<style>
text{fill:#d1d7e0;white-space:pre}.b{font-weight:bold}.d{fill:#8b949e}
.c31{fill:#ff7b72}.c32{fill:#7ee787}.c33{fill:#e3b341}.c34{fill:#79c0ff}.c35{fill:#d2a8ff}.c36{fill:#76e3ea}
%[5]s@media (prefers-reduced-motion:reduce){g{animation:none!important}}
</style>
<rect x=".5" y=".5" width="%[6]d" height="%[7]d" rx="8" fill="#0d1117" stroke="#30363d"/>
<svg x="%[8]d" y="%[8]d" width="%[9]d" height="%[10]d">
<g class="s">
`

// SVG returns the screen as a picture of a window with this many rows, which plays in a loop of the length of the last event:
// rows appear as the events say, and the window shows the last ones.
func (s *Screen) SVG(title string, rows int, events []Event) string {
	total := events[len(events)-1].At
	percent := func(at time.Duration) string {
		return fmt.Sprintf("%.2f%%", 100*at.Seconds()/total.Seconds())
	}
	var rules, scroll, lines strings.Builder
	shown := 0
	for i, event := range events {
		fmt.Fprintf(&scroll, "%s{transform:translateY(%dpx)}", percent(event.At), -max(0, event.Rows-rows)*cellHeight)
		if event.Rows == shown {
			continue
		}
		fmt.Fprintf(&rules, "@keyframes e%d{0%%{opacity:0}%s{opacity:1}}.e%d{animation:e%d %.1fs step-end infinite}\n", i, percent(event.At), i, i, total.Seconds())
		fmt.Fprintf(&lines, "<g class=\"e%d\">\n", i)
		for ; shown < event.Rows; shown++ {
			s.writeLine(&lines, shown)
		}
		lines.WriteString("</g>\n")
	}
	fmt.Fprintf(&rules, "@keyframes s{%s}.s{animation:s %.1fs step-end infinite}\n", scroll.String(), total.Seconds())
	inner := [2]int{int(float64(s.columns)*cellWidth + 0.5), rows * cellHeight}
	outer := [2]int{inner[0] + 2*padding, inner[1] + 2*padding}
	return fmt.Sprintf(head, outer[0], outer[1], fontSize, escape(title), rules.String(), outer[0]-1, outer[1]-1, padding, inner[0], inner[1]) +
		lines.String() + "</g>\n</svg>\n</svg>\n"
}

// writeLine writes each run of one style as a text of exactly its width, whatever the font.
func (s *Screen) writeLine(b *strings.Builder, row int) {
	line := s.lines[row]
	for start := 0; start < len(line); {
		end, text := start, ""
		for end < len(line) && line[end].style == line[start].style {
			text += line[end].text
			end++
		}
		if trimmed := strings.Trim(text, " "); trimmed != "" {
			first := start + len(text) - len(strings.TrimLeft(text, " "))
			width := end - start - (len(text) - len(trimmed))
			fmt.Fprintf(b, `<text x="%.1f" y="%d"%s textLength="%.1f">%s</text>`+"\n",
				float64(first)*cellWidth, row*cellHeight+fontSize, line[start].style.class(), float64(width)*cellWidth, escape(trimmed))
		}
		start = end
	}
}

func (s style) class() string {
	var names []string
	if s.bold {
		names = append(names, "b")
	}
	if s.dim {
		names = append(names, "d")
	}
	if s.color > 0 {
		names = append(names, fmt.Sprintf("c%d", s.color))
	}
	if names == nil {
		return ""
	}
	return ` class="` + strings.Join(names, " ") + `"`
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
