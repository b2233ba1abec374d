package input

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// findItem finds the next value of the array, or of the sequence.
func (r *jsonReader) findItem() error {
	r.drop(r.size)
	for {
		c, err := r.nextMark()
		if errors.Is(err, io.EOF) {
			return r.endOfItems()
		}
		if err != nil {
			return err
		}
		if r.state == atStart && c == '{' {
			entered, err := r.enterList()
			if err != nil {
				return err
			}
			if entered {
				r.state = beforeItem
				continue
			}
		}
		switch {
		case r.state == atStart && c == '[':
			r.state = beforeItem
		case r.state == afterItem && c == ',':
			r.state = afterComma
		case (r.state == beforeItem || r.state == afterItem) && c == ']':
			if r.state = afterArray; r.listed {
				r.drop(1)
				return r.leaveList()
			}
		case r.state == afterItem:
			return r.failf(0, "not JSON: expected a comma or the ] of the array")
		case r.state == afterArray:
			return r.failf(0, "not JSON: there is more after the array")
		case c == ']':
			return r.failf(0, "not JSON: there is a comma before this ]")
		case c != '{':
			return r.failf(0, "%s", noObject(r.bytes(), ".[] | @csv"))
		default:
			if r.state != atStart && r.state != inSequence {
				r.state = afterItem
			} else {
				r.state = inSequence
			}
			return r.findEnd()
		}
		r.drop(1)
	}
}

// drop goes on by n bytes and keeps count of the place.
func (r *jsonReader) drop(n int) {
	text := r.bytes()[:n]
	if last := bytes.LastIndexByte(text, '\n'); last >= 0 {
		r.next += bytes.Count(text, []byte{'\n'})
		r.indent, text = 0, text[last+1:]
	}
	r.indent += utf8.RuneCount(text)
	r.skip(n)
	r.size = 0
}

// nextMark goes to the next byte that is no blank.
func (r *jsonReader) nextMark() (byte, error) {
	for {
		text := r.bytes()
		blanks := len(text) - len(bytes.TrimLeft(text, " \t\r\n"))
		r.drop(blanks)
		r.rec.line, r.rec.indent, r.rec.raw = r.next, r.indent, r.bytes()
		if blanks < len(text) {
			return text[blanks], nil
		}
		if err := r.more(); err != nil {
			return 0, err
		}
	}
}

func (r *jsonReader) endOfItems() error {
	if r.state == beforeItem || r.state == afterComma || r.state == afterItem {
		return r.failf(0, "not JSON: the array is not closed; the file may be truncated")
	}
	return io.EOF
}

// findEnd finds the end of the object that begins here, by its brackets and quotes.
func (r *jsonReader) findEnd() error {
	depth, quoted := 0, false
	for i := 0; ; i++ {
		for i >= len(r.bytes()) {
			err := r.more()
			r.rec.raw = r.bytes()
			if errors.Is(err, io.EOF) {
				return r.failf(0, "not JSON: the object that begins here is not closed; the file may be truncated")
			} else if err != nil {
				return err
			}
		}
		switch c := r.bytes()[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return r.failf(i, "not JSON: it nests deeper than %d levels", maxDepth)
			}
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				r.size, r.rec.raw = i+1, r.bytes()[:i+1]
				return nil
			}
		}
	}
}
