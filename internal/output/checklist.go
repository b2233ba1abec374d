package output

import (
	"io"
	"strings"
)

// Check is a line of a checklist: a word for how it stands, what was looked at, and what was found.
type Check struct {
	Status  string // one short word
	Color   Color  // of the word
	Name    string
	Message string
	Hint    string // a command or what to do; "" for none
}

// Checklist writes checks for people, each in one line that is broken between words at width, 0 for never. A hint has a
// line of its own that is not broken, so that it can be copied.
func Checklist(w io.Writer, checks []Check, width int, color bool) error {
	status, name := 0, 0
	for _, c := range checks {
		status, name = max(status, DisplayWidth(c.Status)), max(name, DisplayWidth(c.Name))
	}
	indent := status + gap + name + gap
	if width > 0 && width < 2*indent { // a narrow terminal has its lines from the left
		indent = gap
	}
	on := painter(color)
	var b strings.Builder
	for _, c := range checks {
		head := on.paint(c.Status, c.Color) + strings.Repeat(" ", status-DisplayWidth(c.Status)+gap) + c.Name
		lines := Wrap(Escape(c.Message), width-indent)
		if indent == gap {
			b.WriteString(head + "\n" + strings.Repeat(" ", gap))
		} else {
			b.WriteString(head + strings.Repeat(" ", name-DisplayWidth(c.Name)+gap))
		}
		b.WriteString(strings.Join(lines, "\n"+strings.Repeat(" ", indent)) + "\n")
		if c.Hint != "" {
			b.WriteString(strings.Repeat(" ", indent) + on.paint("-> "+Escape(c.Hint), Dim) + "\n")
		}
	}
	_, err := io.WriteString(dataWriter{w}, b.String())
	return err
}
