package browse

import (
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/output"
)

// binding is a key and what it does.
type binding struct {
	key, short, long string
}

// bindings returns the keys that do something where the user is, the most useful first.
func (m *model) bindings() []binding {
	enter := binding{"Enter", "details", "show the customer in full"}
	if m.o.Pick {
		enter = binding{"Enter", "pick", "pick the customer, and leave"}
	}
	all := []binding{enter}
	if m.o.Pick {
		all = append(all, binding{"Space", "details", "show the customer in full"})
	}
	all = append(all, binding{"/", "search", "search by email, or for an ID; Esc ends the search"})
	if m.o.Actions.Create != nil {
		all = append(all, binding{"n", "new", "create a customer"})
	}
	if m.o.Actions.Clone != nil {
		all = append(all, binding{"d", "clone", "create a customer with the rules of the selected one"})
	}
	all = append(all,
		binding{"s", "sort", "sort by the next of created_at, email and company_name; S turns the order round"},
		binding{"c", "copy", "copy the ID or the email (with OSC 52)"})
	if m.o.Actions.Export != nil {
		all = append(all, binding{"x", "export", "write what is shown to a file"})
	}
	return append(all,
		binding{"r", "reload", "read the list again, or retry what failed"},
		binding{"?", "keys", "these keys"},
		binding{"q", "quit", "go back, or leave; so does Esc"})
}

// keys returns the line of keys, as many as have room.
func (m *model) keys() string {
	switch {
	case m.mode == inHelp:
		return "any key: back"
	case m.detail != nil && m.o.Actions.Clone != nil:
		return "Up/Down scroll  d clone  c copy  q back  ? keys"
	case m.detail != nil:
		return "Up/Down scroll  c copy  q back  ? keys"
	}
	all := m.bindings()
	last := "? keys  q quit"
	line, room := "", m.width-len(last)
	for _, b := range all[:len(all)-2] { // the last two are those of last
		if text := b.key + " " + b.short + "  "; len(line)+len(text) <= room {
			line += text
		}
	}
	return line + last
}

// help returns the lines that explain the keys, wrapped to the width of the screen.
func (m *model) help() []string {
	const column = 11
	all := slices.Concat([]binding{
		{"Up, Down", "", "one customer; also k and j"},
		{"PgUp, PgDn", "", "one screen; also b and f"},
		{"Home, End", "", "the first, the last; also g and G"},
	}, m.bindings(), []binding{{"Ctrl-C", "", "leave at once (exit 130)"}})
	var lines []string
	for _, b := range all {
		start := b.key + strings.Repeat(" ", column-len(b.key))
		for _, text := range output.Wrap(b.long, max(m.width-column, 20)) {
			lines = append(lines, start+text)
			start = strings.Repeat(" ", column)
		}
	}
	return lines
}
