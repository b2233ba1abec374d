package browse

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// margin is what precedes each row, cursorMark the selected one.
const margin, cursorMark = "  ", "> "

// View draws the screen: a title, the rows, the state of the list, and a line of keys, notes or the prompt. A low terminal
// has fewer of them.
func (m *model) View() tea.View {
	lines, promptLine := m.lines()
	for i, line := range lines {
		lines[i] = m.fit(line)
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	if m.mode == inSearch {
		x := output.DisplayWidth(lines[promptLine])
		v.Cursor = tea.NewCursor(min(x, m.width-1), promptLine)
	}
	return v
}

// The heights from which on the parts of the screen have room.
const (
	roomForStatus = 2
	roomForHeader = 4
	roomForTitle  = 6
	roomForKeys   = 7
)

// rows is how many lines there are for customers, or for text.
func (m *model) rows() int {
	n := m.height
	for _, room := range []int{roomForStatus, roomForTitle, roomForKeys} {
		if m.height >= room {
			n--
		}
	}
	if m.header() {
		n--
	}
	return max(n, 1)
}

func (m *model) header() bool {
	return m.height >= roomForHeader && (m.mode == inList || m.mode == inSearch || m.mode == inCopy && m.back == inList)
}

// lines returns the lines of the screen, and which of them is the prompt.
func (m *model) lines() (lines []string, prompt int) {
	if m.height >= roomForTitle {
		lines = append(lines, m.title())
	}
	var footer []string
	message := m.message()
	switch {
	case m.height >= roomForKeys && message == "":
		footer = []string{m.dim(m.status()), m.dim(m.keys())}
	case m.height >= roomForKeys:
		footer = []string{m.dim(m.status()), message}
	case m.height >= roomForStatus && message == "":
		footer = []string{m.dim(m.status())}
	case m.height >= roomForStatus:
		footer = []string{message}
	case m.mode == inSearch:
		return []string{message}, 0
	}
	body := m.body()
	lines = append(lines, body[:min(len(body), m.height-len(lines)-len(footer))]...)
	for len(lines) < m.height-len(footer) {
		lines = append(lines, "")
	}
	return append(lines, footer...), m.height - 1
}

// body returns the middle of the screen.
func (m *model) body() []string {
	mode := m.mode
	if mode == inCopy {
		mode = m.back
	}
	switch mode {
	case inHelp:
		return window(m.help(), m.helpTop, m.rows())
	case inDetail:
		return window(m.detailLines(), m.detail.top, m.rows())
	case inList, inSearch, inCopy:
	}
	return m.list()
}

func window(lines []string, top, height int) []string {
	top = min(top, len(lines))
	return append([]string(nil), lines[top:min(top+height, len(lines))]...)
}

// list returns the header and the rows of the list.
func (m *model) list() []string {
	last := min(m.top+m.rows(), m.listing.total)
	if last == 0 {
		return m.empty()
	}
	var rows []client.Customer
	for i := m.top; i < last; i++ {
		if c, ok := m.listing.at(i); ok {
			rows = append(rows, c)
		}
	}
	var table, lines []string
	if len(rows) > 0 {
		table = m.o.Table(rows, max(m.width-len(margin), 1), m.listing.widths)
	}
	headers := max(len(table)-len(rows), 0)
	if m.header() {
		lines = append(lines, margin+strings.Join(table[:headers], ""))
	}
	table = table[headers:]
	for i := m.top; i < last; i++ {
		line := "..." // not read yet
		if _, ok := m.listing.at(i); ok && len(table) > 0 {
			line, table = table[0], table[1:]
		}
		if i == m.cursor {
			lines = append(lines, output.Reverse(cursorMark+line, m.width))
		} else {
			lines = append(lines, margin+line)
		}
	}
	return lines
}

// empty describes a list without rows.
func (m *model) empty() []string {
	switch {
	case m.listing.err != nil, !m.listing.answered:
		return nil
	case m.listing.query.Search != "":
		text := fmt.Sprintf("No customer has an email with %q. The server searches emails only; by company: hydractl customers list --where company~TEXT",
			output.EscapeCut(m.listing.query.Search, 60))
		lines := []string{""}
		for _, line := range output.Wrap(text, max(m.width-len(margin), 1)) {
			lines = append(lines, margin+line)
		}
		return lines
	}
	return []string{"", margin + "No customers."}
}

// detailLines returns the lines of the detail view.
func (m *model) detailLines() []string {
	d := m.detail
	if d == nil || d.full == nil {
		return nil
	}
	if d.width != m.width {
		d.lines, d.width = m.o.Detail(*d.full, m.width), m.width
	}
	return d.lines
}

// title names what is shown.
func (m *model) title() string {
	text := m.o.Title
	switch {
	case m.mode == inHelp:
		text = "Keys"
	case m.detail != nil:
		c := m.detail.customer
		text = "Customer " + c.ID
		if c.Email != nil {
			text = output.Escape(*c.Email)
		}
	case !m.o.Typing: // else the prompt shows what is searched for
		if search := m.listing.query.Search; search != "" {
			text += fmt.Sprintf(" matching %q", output.Escape(search))
		}
		by, dir := order(m.listing.query)
		text += ", by " + output.Escape(by) + " " + output.Escape(dir)
	}
	return m.bold(text)
}

// status describes the list, and where it comes from.
func (m *model) status() string { return m.count() + ", " + output.Escape(m.o.Where) }

func (m *model) count() string {
	l := m.listing
	held, noun := l.held(), "customers"
	if l.total == 1 {
		noun = "customer"
	}
	text := fmt.Sprintf("%d %s", l.total, noun)
	switch {
	case !l.answered && l.err != nil:
		return "Not read"
	case !l.answered:
		return "Loading"
	case l.total == 0:
		text = "No customers"
	case l.changed:
		text += " (the list changed meanwhile; r reads it again)"
	case l.unsorted:
		text += " (in an order of the server's own)"
	case l.complete:
		text += " (complete)"
	case !l.counted:
		text = fmt.Sprintf("%d customers so far", held)
	default:
		text += fmt.Sprintf(" (%d read so far)", held)
	}
	if len(l.requested) > 0 {
		text += ", loading"
	}
	return text
}

// message returns the prompt, an error or a note, "" for none.
func (m *model) message() string {
	err := m.listing.err
	if m.detail != nil {
		err = m.detail.err
	}
	switch {
	case m.mode == inSearch && err == nil:
		return "Search: " + output.Escape(m.search)
	case m.mode == inCopy:
		return "Copy: i ID, e email, Esc nothing"
	case m.note.text != "" && m.note.kind == ofFailure:
		return m.yellow(output.Escape(m.note.text))
	case m.note.text != "":
		return output.Escape(m.note.text)
	case err != nil:
		return m.red("r: retry. " + output.EscapeCut(m.o.Describe(err), 300))
	case m.detail != nil && m.detail.full == nil:
		return "Loading"
	}
	return ""
}

// fit cuts a line to the width of the screen.
func (m *model) fit(line string) string {
	if m.o.ASCII {
		line = output.ASCII(line)
	}
	return output.CutLine(line, m.width)
}

func (m *model) paint(text string, c output.Color) string {
	if !m.o.Color {
		return text
	}
	return output.Paint(text, c)
}

func (m *model) bold(text string) string   { return m.paint(text, output.Bold) }
func (m *model) dim(text string) string    { return m.paint(text, output.Dim) }
func (m *model) red(text string) string    { return m.paint(text, output.Red) }
func (m *model) yellow(text string) string { return m.paint(text, output.Yellow) }
