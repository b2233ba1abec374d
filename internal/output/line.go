package output

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// LineWidth is the number of terminal columns that a line takes, without its colours.
func LineWidth(line string) int { return displayWidth(line) }

// CutLine cuts a line, which may be coloured, to a width.
func CutLine(line string, width int) string {
	if displayWidth(line) <= width {
		return line
	}
	return text.Trim(line, width)
}

// LineEnd returns as much of the end of a line as a width has room for.
func LineEnd(line string, width int) string { return tail(line, width) }

// Paint colours a text that is escaped already.
func Paint(s string, c Color) string { return painter(true).paint(s, c) }

// Uncolored returns a line without its colours.
func Uncolored(line string) string { return text.StripEscape(line) }

// Reverse shows a line in reverse video over a whole width, without its own colours.
func Reverse(line string, width int) string {
	line = head(Uncolored(line), width)
	return "\x1b[7m" + line + strings.Repeat(" ", max(width-displayWidth(line), 0)) + "\x1b[0m"
}

// ASCII replaces what a terminal without UTF-8 would garble: "…" by ".", any other character by a "?" for each column.
func ASCII(line string) string {
	if plainPrefix(line) == len(line) {
		return line
	}
	var b strings.Builder
	for _, r := range line {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r == '…':
			b.WriteByte('.')
		default:
			b.WriteString(strings.Repeat("?", text.RuneWidth(r)))
		}
	}
	return b.String()
}
