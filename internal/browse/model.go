package browse

import (
	"context"
	"io"
	"runtime/debug"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// mode is what the keys are for.
type mode int

const (
	inList mode = iota
	inSearch
	inDetail
	inCopy
	inHelp
)

// model is the state of the screen. Update does no I/O: what takes time is a command, which ends in a message.
type model struct {
	o       Options
	open    func(q client.ListOptions, id int) *listing
	read    func(id string) *detail
	delayed func(msg tea.Msg) tea.Cmd       // the message once typing has paused
	aside   func(action func() error) error // runs an action while notes go to the terminal

	width, height int
	mode, back    mode // back is where the copy prompt and the keys return to
	listing       *listing
	cursor, top   int // places in the list: the selected customer, the first one on the screen
	search        string
	changes       int // of the search
	detail        *detail
	helpTop       int
	note          note
	picked        *client.Customer
	interrupted   bool
	ended         bool
}

// note is a line that is shown until the next key.
type note struct {
	text string // "" for none
	kind noteKind
}

// noteKind is what a note is about.
type noteKind int

const (
	ofAction  noteKind = iota
	ofFailure          // what could not be done
	ofRequest          // a request that is under way: shown no longer than that
)

// detail is the detail view of one customer.
type detail struct {
	customer client.Customer // as the list has it
	full     *client.CustomerDetail
	err      error
	top      int
	lines    []string // of full, laid out for a width
	width    int
	fetch    tea.Cmd
	cancel   context.CancelFunc
}

type (
	// detailMsg is the answer to the request of a customer.
	detailMsg struct {
		of   *detail
		full *client.CustomerDetail
		err  error
	}
	// searchMsg says that nothing was typed for a while since a change.
	searchMsg struct{ change int }
	// actedMsg is the end of an action.
	actedMsg struct {
		err     error
		created bool
	}
	// tenantMsg is the tenant whose customers are shown.
	tenantMsg string
	// noteMsg is a note of the client, such as that it tries again.
	noteMsg string
)

// typingPause is how long nothing is typed before the server is asked.
const typingPause = 250 * time.Millisecond

func newModel(ctx context.Context, o Options) *model {
	m := &model{o: o, width: 80, height: 24, search: o.Query.Search}
	m.open = func(q client.ListOptions, id int) *listing { return newListing(ctx, o.Source, q, id) }
	m.read = func(id string) *detail {
		d := &detail{}
		ctx, cancel := context.WithCancel(ctx)
		d.cancel = cancel
		d.fetch = guarded(func() tea.Msg {
			full, err := o.Source.Get(ctx, id)
			return detailMsg{d, full, err}
		})
		return d
	}
	m.delayed = func(msg tea.Msg) tea.Cmd { return tea.Tick(typingPause, func(time.Time) tea.Msg { return msg }) }
	m.listing = m.open(o.Query, 0)
	if o.Typing {
		m.mode = inSearch
	}
	return m
}

// Init reads the first page, and the tenant.
func (m *model) Init() tea.Cmd {
	first := m.listing.more(0, m.rows()-1)
	if m.o.Tenant == nil {
		return first
	}
	return tea.Batch(first, guarded(func() tea.Msg { return tenantMsg(m.o.Tenant()) }))
}

// Update takes a message.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var next tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = max(msg.Width, 1), max(msg.Height, 1)
	case tea.KeyPressMsg:
		next = m.press(msg)
	case tea.PasteMsg:
		if m.mode == inSearch {
			next = m.setSearch(m.search + msg.Content)
		}
	case pageMsg:
		if msg.listing == m.listing.id {
			m.listing.add(msg)
			m.answered()
		}
	case detailMsg:
		if msg.of == m.detail {
			m.detail.full, m.detail.err = msg.full, msg.err
			m.answered()
		}
	case searchMsg:
		if msg.change == m.changes {
			m.find()
		}
	case actedMsg:
		m.acted(msg)
	case tenantMsg:
		if msg != "" {
			m.o.Where += ", tenant " + string(msg)
		}
	case *failure.Panic:
		panic(msg)
	case noteMsg:
		m.note = note{output.Uncolored(lastLine(string(msg))), ofRequest}
	}
	m.follow()
	if m.ended {
		return m, tea.Quit
	}
	return m, tea.Batch(next, m.listing.more(m.top, m.top+m.rows()-1))
}

// follow keeps the cursor in the list, and the screen around the cursor.
func (m *model) follow() {
	m.cursor = max(min(m.cursor, m.listing.total-1), 0)
	m.top = max(min(m.top, m.cursor, m.listing.total-m.rows()), m.cursor-m.rows()+1, 0)
	if m.detail != nil {
		m.detail.top = max(min(m.detail.top, len(m.detailLines())-m.rows()), 0)
	}
	if m.mode == inHelp {
		m.helpTop = max(min(m.helpTop, len(m.help())-m.rows()), 0)
	}
}

// load reads the list again, with another query or the same.
func (m *model) load(q client.ListOptions) {
	before := m.listing
	before.cancel()
	m.listing = m.open(q, before.id+1)
	if q.Search != before.query.Search || q.SortBy != before.query.SortBy || q.SortDir != before.query.SortDir {
		m.cursor, m.top = 0, 0
	}
	if _, ok := before.at(m.top); ok { // there is something to show meanwhile
		m.listing.show(before)
	}
}

// find searches for what is typed, unless it is what the list shows.
func (m *model) find() {
	q := m.listing.query
	if q.Search != m.search {
		q.Search = m.search
		m.load(q)
	}
}

// maxSearch is the length of the longest email.
const maxSearch = 254

// setSearch replaces the search, and searches when typing pauses. A text that was pasted may be of any length and hold anything.
func (m *model) setSearch(text string) tea.Cmd {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if r := []rune(text); len(r) > maxSearch {
		text = string(r[:maxSearch])
	}
	if text == m.search {
		return nil
	}
	m.search = text
	m.changes++
	return m.delayed(searchMsg{m.changes})
}

// selected returns the customer under the cursor, or that of the detail view.
func (m *model) selected() (client.Customer, bool) {
	if m.detail != nil {
		return m.detail.customer, true
	}
	return m.listing.at(m.cursor)
}

// answered removes the note about a request.
func (m *model) answered() {
	if m.note.kind == ofRequest {
		m.note = note{}
	}
}

// stop ends every request.
func (m *model) stop() {
	m.ended = true
	m.listing.cancel()
	if m.detail != nil {
		m.detail.cancel()
	}
}

// act runs an action on the normal terminal. No request is under way meanwhile; the list is read again after it.
func (m *model) act(run func() error, created bool) tea.Cmd {
	m.listing.cancel()
	return tea.Exec(action(func() error { return m.aside(run) }), func(err error) tea.Msg { return actedMsg{err, created} })
}

// acted reads the list again after an action; a new customer is on top of it.
func (m *model) acted(done actedMsg) {
	m.load(m.listing.query)
	if done.created && done.err == nil {
		m.closeDetail()
		m.cursor, m.top = 0, 0
		if m.search != "" {
			m.note = note{text: "Created. Esc ends the search, which may leave it out"}
		}
	}
}

// guarded returns a command whose panic is a message, which repeats it where Run can end the screen.
func guarded(cmd tea.Cmd) tea.Cmd {
	return func() (msg tea.Msg) {
		defer func() {
			if value := recover(); value != nil {
				msg = &failure.Panic{Value: value, Stack: debug.Stack()}
			}
		}()
		return cmd()
	}
}

// action is a function that uses the terminal alone; it has its own streams.
type action func() error

func (a action) Run() error        { return a() }
func (action) SetStdin(io.Reader)  {}
func (action) SetStdout(io.Writer) {}
func (action) SetStderr(io.Writer) {}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
