package output

import (
	"fmt"
	"io"
	"strings"
)

// Status writes short lines about the data to stderr. Every line is escaped
// as a whole, so that arguments may be foreign text.
type Status struct {
	W     io.Writer
	Quiet bool // silence notes and footers
	Color bool // of stderr
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
		s.line(Dim, "Hidden: "+strings.Join(hidden, ", ")+" (--columns +"+strings.ToLower(strings.ReplaceAll(hidden[len(hidden)-1], " ", "_"))+", -o wide)")
	}
}

// line ignores a failed write: without stderr there is no place to report it.
func (s Status) line(c Color, text string) {
	text = Escape(text)
	if s.Color {
		text = paint(text, c)
	}
	_, _ = io.WriteString(s.W, text+"\n")
}
