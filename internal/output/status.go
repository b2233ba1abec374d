package output

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Status writes short lines about the data to stderr. Every line is escaped
// as a whole, so that arguments may be foreign text.
type Status struct {
	W     io.Writer
	Quiet bool // silence notes and footers
	Color bool // of stderr
	Width int  // of the terminal on stderr: longer lines are broken between words; 0 for none
}

// Note writes a line that -q silences.
func (s Status) Note(format string, args ...any) {
	if !s.Quiet {
		s.line(Plain, fmt.Sprintf(format, args...))
	}
}

// Warn writes a line that begins with "Warning:". -q does not silence it.
func (s Status) Warn(format string, args ...any) {
	s.line(Yellow, "Warning: "+fmt.Sprintf(format, args...))
}

// Footer writes the line below a listing, and a second one when columns were
// hidden. -q silences both.
func (s Status) Footer(text string, hidden []string) {
	if s.Quiet {
		return
	}
	s.line(Dim, text)
	if len(hidden) > 0 {
		s.line(Dim, "Hidden: "+strings.Join(hidden, ", ")+" (--columns +"+strings.ToLower(strings.ReplaceAll(hidden[0], " ", "_"))+", -o wide)")
	}
}

// Working shows on a terminal what the command is doing, in a line that the next call replaces and "" takes off. -q silences it.
func (s Status) Working(text string) {
	if t, ok := s.W.(*Terminal); ok && !s.Quiet && s.Width > 0 {
		t.SetStatus(cut(Escape(text), s.Width-1, FitEnd)) // a full line would wrap
	}
}

// line ignores a failed write: without stderr there is no place to report it.
func (s Status) line(c Color, text string) {
	text = Escape(text)
	if s.Width > 0 && DisplayWidth(text) > s.Width && !strings.HasPrefix(text, " ") { // an indented line is one of a table
		text = strings.Join(Wrap(text, s.Width), "\n")
	}
	_, _ = io.WriteString(s.W, painter(s.Color).paint(text, c)+"\n")
}

// Color is how a cell, title or note stands out where colour is on.
type Color int

// The colours in use: green for success, yellow for a warning, red for a failure, bold for titles, dim for details.
const (
	Plain  Color = 0
	Bold   Color = 1
	Dim    Color = 2
	Red    Color = 31
	Green  Color = 32
	Yellow Color = 33
)

// painter colours texts where it is true.
type painter bool

// paint puts the sequences of ECMA-48 for c around s, which is escaped already. The library's own are not used: they obey
// the environment, not --color.
func (on painter) paint(s string, c Color) string {
	if !on || c == Plain || s == "" {
		return s
	}
	return "\x1b[" + strconv.Itoa(int(c)) + "m" + s + "\x1b[0m"
}
