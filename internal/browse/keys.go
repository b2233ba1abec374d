package browse

import (
	"slices"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// press takes a key.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	m.note = note{}
	switch key {
	case "ctrl+c":
		m.interrupted = true
		m.stop()
		return nil
	case "ctrl+z":
		return tea.Suspend
	}
	switch m.mode {
	case inSearch:
		return m.pressSearch(key, k.Text)
	case inDetail:
		return m.pressDetail(key)
	case inCopy:
		return m.pressCopy(key)
	case inHelp:
		return m.pressHelp(key)
	case inList:
	}
	return m.pressList(key)
}

// move returns a place after a key that moves; ok is false for another key.
func move(key string, at, page, last int) (to int, ok bool) {
	switch key {
	case "up", "k", "ctrl+p":
		at--
	case "down", "j", "ctrl+n":
		at++
	case "pgup", "b", "ctrl+b":
		at -= page
	case "pgdown", "f", "ctrl+f":
		at += page
	case "home", "g":
		at = 0
	case "end", "G":
		at = last
	default:
		return at, false
	}
	return max(min(at, last), 0), true
}

func (m *model) moveCursor(key string) bool {
	to, ok := move(key, m.cursor, max(m.rows()-1, 1), m.listing.total-1)
	if ok {
		m.cursor = to
	}
	return ok
}

func (m *model) pressList(key string) tea.Cmd {
	if m.moveCursor(key) {
		return nil
	}
	switch key {
	case "q", "esc":
		if key == "esc" && m.listing.query.Search != "" {
			m.search = ""
			m.find()
			return nil
		}
		m.stop()
	case "/":
		m.mode = inSearch
	case "enter":
		if m.o.Pick {
			m.pick()
			return nil
		}
		return m.showDetail()
	case "space", "right", "l":
		return m.showDetail()
	case "s", "S":
		m.sort(key == "S")
	case "?":
		m.mode, m.back = inHelp, inList
	default:
		return m.pressCommon(key)
	}
	return nil
}

// pressCommon takes the keys that the list and the detail view have in common.
func (m *model) pressCommon(key string) tea.Cmd {
	c, ok := m.selected()
	switch {
	case key == "r":
		return m.reload()
	case key == "c" && ok:
		m.back, m.mode = m.mode, inCopy
	case key == "n" && m.o.Actions.Create != nil:
		return m.act(m.o.Actions.Create, true)
	case key == "d" && m.o.Actions.Clone != nil && ok:
		return m.act(func() error { return m.o.Actions.Clone(c.ID) }, true)
	case key == "x" && m.o.Actions.Export != nil:
		q := m.listing.query
		q.SortBy, q.SortDir = order(q)
		return m.act(func() error { return m.o.Actions.Export(q) }, false)
	}
	return nil
}

// reload repeats what failed, or reads what is shown once more.
func (m *model) reload() tea.Cmd {
	if m.detail != nil {
		return m.showDetail()
	}
	m.load(m.listing.query)
	return nil
}

func (m *model) pressSearch(key, text string) tea.Cmd {
	switch key {
	case "esc":
		if m.o.Typing {
			m.stop()
			return nil
		}
		m.mode, m.search = inList, ""
		m.find()
	case "enter":
		if m.o.Typing {
			m.pick()
			return nil
		}
		m.mode = inList
		m.find()
	case "up", "down", "pgup", "pgdown", "ctrl+p", "ctrl+n":
		m.moveCursor(key)
	case "backspace":
		_, n := utf8.DecodeLastRuneInString(m.search)
		return m.setSearch(m.search[:len(m.search)-n])
	case "ctrl+u", "ctrl+w":
		return m.setSearch("")
	default:
		return m.setSearch(m.search + text)
	}
	return nil
}

// pick ends the screen with the customer under the cursor, unless what is typed is not searched for yet.
func (m *model) pick() {
	if m.search != m.listing.query.Search {
		m.find()
	}
	c, ok := m.listing.at(m.cursor)
	if !ok || m.listing.otherQuery {
		return
	}
	if m.o.Unpickable != nil {
		if text := m.o.Unpickable(c); text != "" {
			m.note = note{text, ofFailure}
			return
		}
	}
	m.picked = &c
	m.stop()
}

func (m *model) showDetail() tea.Cmd {
	c, ok := m.selected()
	if !ok {
		return nil
	}
	m.closeDetail()
	m.detail, m.mode = m.read(c.ID), inDetail
	m.detail.customer = c
	return m.detail.fetch
}

func (m *model) closeDetail() {
	if m.detail != nil {
		m.detail.cancel()
	}
	m.detail, m.mode = nil, inList
}

func (m *model) pressDetail(key string) tea.Cmd {
	if to, ok := move(key, m.detail.top, m.rows(), len(m.detailLines())-m.rows()); ok {
		m.detail.top = to
		return nil
	}
	switch key {
	case "q", "esc", "left", "h", "backspace":
		m.closeDetail()
	case "enter":
		if m.o.Pick {
			m.pick()
		}
	case "?":
		m.mode, m.back = inHelp, inDetail
	default:
		return m.pressCommon(key)
	}
	return nil
}

// pressCopy copies a part of the customer with the sequence OSC 52, which reaches the clipboard over ssh too.
func (m *model) pressCopy(key string) tea.Cmd {
	m.mode = m.back
	c, _ := m.selected()
	what, text := "ID", c.ID
	switch {
	case key == "e" && c.Email == nil:
		m.note = note{"This customer has no email", ofFailure}
		return nil
	case key == "e":
		what, text = "email", *c.Email
	case key != "i" && key != "c" && key != "enter":
		return nil
	}
	if output.Escape(text) != text { // it may be pasted into a shell
		m.note = note{"The " + what + " is not copied: it has invisible characters", ofFailure}
		return nil
	}
	m.note = note{text: "Copied the " + what + " " + text}
	return tea.SetClipboard(text)
}

func (m *model) pressHelp(key string) tea.Cmd {
	if to, ok := move(key, m.helpTop, m.rows(), len(m.help())-m.rows()); ok {
		m.helpTop = to
		return nil
	}
	m.mode = m.back
	return nil
}

// sort orders the list by the next field that the server can sort by, or in the other direction.
func (m *model) sort(turn bool) {
	q := m.listing.query
	by, dir := order(q)
	fields := []string{client.SortByCreatedAt, client.SortByEmail, client.SortByCompanyName}
	if turn {
		q.SortBy, q.SortDir = by, client.SortAsc
		if dir == client.SortAsc {
			q.SortDir = client.SortDesc
		}
	} else {
		q.SortBy = fields[(slices.Index(fields, by)+1)%len(fields)]
		q.SortDir = ""
		_, q.SortDir = order(q)
	}
	m.load(q)
}

// order returns the field and the direction of a query: the newest first, or text from a to z, where it says nothing else.
func order(q client.ListOptions) (by, dir string) {
	by, dir = q.SortBy, q.SortDir
	if by == "" {
		by = client.SortByCreatedAt
	}
	if dir == "" {
		dir = client.SortAsc
		if by == client.SortByCreatedAt {
			dir = client.SortDesc
		}
	}
	return by, dir
}
