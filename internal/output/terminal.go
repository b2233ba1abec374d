package output

import (
	"bytes"
	"io"
	"sync"
)

// Terminal writes to a terminal for all who print there, and keeps a status line below what they print: it is taken off
// before a text and drawn again behind it. It is safe for concurrent use.
type Terminal struct {
	w io.Writer

	mu     sync.Mutex
	status string // the line that is shown, "" for none
	divert func(text string)
	open   bool // the last text has no line end: a question waits for its answer
}

// NewTerminal returns a writer for the terminal behind w.
func NewTerminal(w io.Writer) *Terminal { return &Terminal{w: w} }

// clearStatus goes to the start of the line and erases it.
const clearStatus = "\r\x1b[K"

// Write prints a text above the status line.
func (t *Terminal) Write(p []byte) (int, error) {
	if divert := t.diverted(); divert != nil {
		divert(string(p))
		return len(p), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	text := p
	if t.status != "" && !t.open {
		text = append([]byte(clearStatus), p...)
	}
	t.open = !bytes.HasSuffix(p, []byte("\n"))
	if t.status != "" && !t.open {
		text = append(bytes.Clone(text), t.status...)
	}
	if _, err := t.w.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Divert hands the texts to a function from now on, while a program draws on the whole terminal; nil ends that.
func (t *Terminal) Divert(to func(text string)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.divert = to
}

func (t *Terminal) diverted() func(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.divert
}

// Answered says that a question was answered: the user's Enter has ended its line.
func (t *Terminal) Answered() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = false
}

// SetStatus shows a status line in the place of the one before; "" takes it off. The text is one line that fits the terminal.
func (t *Terminal) SetStatus(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text == t.status {
		return
	}
	before := t.status
	if t.status = text; t.open { // not over a question
		return
	}
	if before != "" || text != "" {
		_, _ = io.WriteString(t.w, clearStatus+text)
	}
}
