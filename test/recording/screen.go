// Package recording draws what a program prints on a terminal as a picture that plays in a browser.
package recording

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/output"
)

// Screen is a terminal without an end: what scrolls off stays.
type Screen struct {
	columns int
	lines   [][]cell
	row     int // of the cursor
	column  int
	style   style
}

// cell is one column of a line; the second one of a wide character has no text.
type cell struct {
	text  string
	style style
}

type style struct {
	bold, dim bool
	color     int // 31 to 36 of SGR; 0 for none
}

// NewScreen returns an empty screen with this many columns.
func NewScreen(columns int) *Screen { return &Screen{columns: columns, lines: make([][]cell, 1)} }

// Rows returns how many lines were begun.
func (s *Screen) Rows() int { return len(s.lines) }

// Print prints a text as a terminal does: with colours, line ends and the few movements that hydractl uses. Other sequences
// change nothing.
func (s *Screen) Print(text string) {
	for text != "" {
		if strings.HasPrefix(text, "\x1b[") {
			end := 2 + strings.IndexFunc(text[2:], func(r rune) bool { return r >= '@' && r <= '~' })
			s.control(text[2:end], text[end])
			text = text[end+1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		switch r {
		case '\r':
			s.column = 0
		case '\n':
			s.down()
		case '\a':
		default:
			s.put(text[:n])
		}
		text = text[n:]
	}
}

func (s *Screen) down() {
	if s.row++; s.row == len(s.lines) {
		s.lines = append(s.lines, nil)
	}
}

// put prints a character; one of no width belongs to the one before it.
func (s *Screen) put(character string) {
	width := output.DisplayWidth(character)
	if width == 0 && s.column > 0 {
		s.lines[s.row][s.column-1].text += character
		return
	}
	if s.column+width > s.columns {
		s.column = 0
		s.down()
	}
	for i := range width {
		for len(s.lines[s.row]) <= s.column {
			s.lines[s.row] = append(s.lines[s.row], cell{text: " "})
		}
		s.lines[s.row][s.column] = cell{style: s.style}
		if i == 0 {
			s.lines[s.row][s.column].text = character
		}
		s.column++
	}
}

func (s *Screen) control(parameters string, final byte) {
	switch final {
	case 'K':
		s.lines[s.row] = s.lines[s.row][:min(s.column, len(s.lines[s.row]))]
	case 'D':
		n, _ := strconv.Atoi(parameters)
		s.column = max(s.column-n, 0)
	case 'm':
		for code := range strings.SplitSeq(parameters, ";") {
			switch n, _ := strconv.Atoi(code); {
			case n == 0:
				s.style = style{}
			case n == 1:
				s.style.bold = true
			case n == 2:
				s.style.dim = true
			case n > 30 && n < 37:
				s.style.color = n
			}
		}
	}
}
