// Package lineedit reads a line that is typed at a terminal which passes on every key at once: with the usual keys to edit it, and
// Tab to complete it. golang.org/x/term has an editor too, but there a pasted line break is an Enter, a wide character leaves the
// cursor in the wrong column, and a key that is pasted by mistake is shown.
package lineedit

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/output"
)

// keyPrefix is what every API key begins with.
const keyPrefix = "hc_"

// ErrTooLong means that more was typed or pasted than the limit allows.
var ErrTooLong = errors.New("the line is too long")

// Option is an answer that Tab offers, and what it is called; Name is "" where the text says it all.
type Option struct{ Text, Name string }

// Editor reads one line.
type Editor struct {
	In      io.Reader
	Out     io.Writer
	Width   func() int // columns of the terminal
	Prompt  string     // safe to show; on a narrow terminal it is on a line of its own
	Hidden  bool       // do not show what is typed
	Limit   int        // bytes
	Options func() []Option

	mu     sync.Mutex
	before string // of the cursor
	after  string
	cut    bool // something did not fit
	done   bool
}

// ReadLine shows the prompt and returns the line when Enter is pressed; io.EOF on Ctrl-D at an empty line and at the end of the
// input, ErrTooLong for more than the limit.
func (e *Editor) ReadLine() (string, error) {
	in := bufio.NewReader(e.In)
	e.Redraw()
	for {
		k, text, err := readKey(in, e.Limit)
		if err != nil {
			return "", e.end(err)
		}
		switch {
		case k == keyEnter:
			return e.line()
		case k == keyDeleteOrEnd && e.empty():
			return "", e.end(io.EOF)
		}
		e.apply(k, text)
		if in.Buffered() == 0 || k == keyTab {
			e.Redraw()
		}
	}
}

// line ends the line and returns it.
func (e *Editor) line() (string, error) {
	e.mu.Lock()
	e.before, e.after = e.before+e.after, "" // the cursor is behind it for the line end
	line, cut := e.before, e.cut
	e.mu.Unlock()
	e.Redraw()
	if err := e.end(nil); err != nil || !cut {
		return line, err
	}
	return "", ErrTooLong
}

// end ends the terminal's line. Nothing is drawn afterwards.
func (e *Editor) end(err error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.done = true
	_, _ = io.WriteString(e.Out, "\n")
	return err
}

func (e *Editor) empty() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.before+e.after == ""
}

// apply changes the line as a key says.
func (e *Editor) apply(k key, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch k {
	case keyText:
		e.insert(text)
	case keyTab:
		e.complete()
	case keyBackspace:
		e.before = e.before[:previous(e.before)]
	case keyDelete, keyDeleteOrEnd:
		e.after = e.after[next(e.after):]
	case keyDeleteWord:
		e.before = e.before[:strings.LastIndexByte(strings.TrimRight(e.before, " "), ' ')+1]
	case keyDeleteBefore:
		e.before = ""
	case keyDeleteAfter:
		e.after = ""
	case keyLeft:
		i := previous(e.before)
		e.before, e.after = e.before[:i], e.before[i:]+e.after
	case keyRight:
		i := next(e.after)
		e.before, e.after = e.before+e.after[:i], e.after[i:]
	case keyHome:
		e.before, e.after = "", e.before+e.after
	case keyEnd:
		e.before, e.after = e.before+e.after, ""
	}
	if k != keyText && e.before+e.after == "" {
		e.cut = false // nothing is missing from a line that starts again
	}
}

// insert puts a text in front of the cursor.
func (e *Editor) insert(text string) {
	if len(e.before)+len(text)+len(e.after) > e.Limit {
		if !e.cut {
			_, _ = io.WriteString(e.Out, "\a")
		}
		e.cut = true
		return
	}
	e.before += text
}

// previous returns where the last character of s starts: with the marks that belong to it.
func previous(s string) int {
	for i := len(s); i > 0; {
		_, n := utf8.DecodeLastRuneInString(s[:i])
		i -= n
		if output.DisplayWidth(output.Escape(s[i:i+n])) > 0 {
			return i
		}
	}
	return 0
}

// next returns where the first character of s ends: behind the marks that belong to it.
func next(s string) int {
	_, end := utf8.DecodeRuneInString(s)
	for end < len(s) {
		_, n := utf8.DecodeRuneInString(s[end:])
		if output.DisplayWidth(output.Escape(s[end:end+n])) > 0 {
			break
		}
		end += n
	}
	return end
}

// Redraw draws prompt and line on the terminal's line, after its width or what is on it has changed.
func (e *Editor) Redraw() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.done {
		return
	}
	width := e.Width()
	if width <= 0 {
		width = 80
	}
	if e.Hidden {
		_, _ = io.WriteString(e.Out, "\r"+e.Prompt+eraseRight)
		return
	}
	room := width - 1 - output.DisplayWidth(e.Prompt) // in the last column the cursor may stand
	if room < leastRoom && e.Prompt != "" {
		_, _ = io.WriteString(e.Out, "\r"+e.Prompt+"\n")
		e.Prompt, room = "", width-1
	}
	room = max(room, 1)
	typed, rest := e.before, e.after
	if strings.HasPrefix(strings.TrimLeft(typed+rest, " "), keyPrefix) { // a key, pasted where none is asked for
		typed, rest = keyPrefix+"***", ""
	}
	before := output.LineEnd(output.Escape(typed), room)
	after := output.CutLine(output.Escape(rest), room-output.DisplayWidth(before))
	_, _ = io.WriteString(e.Out, "\r"+e.Prompt+before+after+eraseRight+left(output.DisplayWidth(after)))
}

// left moves the cursor to the left.
func left(columns int) string {
	if columns == 0 {
		return ""
	}
	return "\x1b[" + strconv.Itoa(columns) + "D"
}
