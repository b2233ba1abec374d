package output

import "strconv"

// Color is how a cell, title or note stands out where colour is on.
type Color int

// The colours in use: green for well, yellow for look here, red for wrong,
// bold for titles, dim for what matters less.
const (
	Plain  Color = 0
	Bold   Color = 1
	Dim    Color = 2
	Red    Color = 31
	Green  Color = 32
	Yellow Color = 33
)

// paint colours s, which is escaped already, where colour is on.
func (p *Printer[T]) paint(s string, c Color) string {
	if !p.color {
		return s
	}
	return paint(s, c)
}

// paint puts the sequences of ECMA-48 for c around s. The library's own are
// not used: they obey the environment, not --color.
func paint(s string, c Color) string {
	if c == Plain || s == "" {
		return s
	}
	return "\x1b[" + strconv.Itoa(int(c)) + "m" + s + "\x1b[0m"
}
