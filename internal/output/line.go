package output

import (
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// DisplayWidth is the number of terminal columns that a text takes: two for wide characters, none for combining ones and
// colours. go-pretty counts the same way.
func DisplayWidth(s string) int { return text.StringWidthWithoutEscSequences(s) }

// CutLine cuts a line, which may be coloured, to a width.
func CutLine(line string, width int) string {
	if DisplayWidth(line) <= width {
		return line
	}
	return text.Trim(line, width)
}

// Paint colours a text that is escaped already.
func Paint(s string, c Color) string { return painter(true).paint(s, c) }

// Uncolored returns a line without its colours.
func Uncolored(line string) string { return text.StripEscape(line) }

// Reverse shows a line in reverse video over a whole width, without its own colours.
func Reverse(line string, width int) string {
	line = head(Uncolored(line), width)
	return "\x1b[7m" + line + strings.Repeat(" ", max(width-DisplayWidth(line), 0)) + "\x1b[0m"
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

// Wrap breaks a text between words into lines of at most width columns, 0 for no limit; a longer word has a line of its own.
func Wrap(s string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case width > 0 && DisplayWidth(line)+1+DisplayWidth(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// cut shortens s to width as fit says. Text that fits stays.
func cut(s string, width int, fit Fit) string {
	const mark = "…"
	if fit == FitWhole || DisplayWidth(s) <= width {
		return s
	}
	room := width - DisplayWidth(mark)
	if room < 1 {
		return head(s, width)
	}
	if fit == FitEnd {
		return strings.TrimRight(head(s, room), " ") + mark
	}
	end := LineEnd(s, room-room/3)
	if at := strings.LastIndexByte(s, '@'); at >= 0 && DisplayWidth(s[at:]) <= room-2 {
		end = s[at:] // the whole domain, and at least two columns before it
	}
	return head(s, room-DisplayWidth(end)) + mark + end
}

// head returns as much of the start of s as width has room for.
func head(s string, width int) string {
	for i, r := range s {
		if width -= text.RuneWidth(r); width < 0 {
			return s[:i]
		}
	}
	return s
}

// LineEnd returns as much of the end of s as width has room for, from a character that stands by itself.
func LineEnd(s string, width int) string {
	start := len(s)
	for i := len(s); i > 0; {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		i -= n
		w := text.RuneWidth(r)
		if width -= w; width < 0 {
			break
		}
		if w > 0 {
			start = i
		}
	}
	return s[start:]
}
