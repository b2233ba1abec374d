package input

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// findItem finds the next object of the array, or of the sequence of objects without one.
func (r *jsonReader) findItem() error {
	r.drop(r.size)
	mark, err := r.nextMark()
	switch {
	case err != nil:
	case r.rec.index < 0:
		mark, err = r.enterArray(mark)
	case r.array && mark == ',':
		r.drop(1)
		if mark, err = r.nextMark(); mark == ']' {
			return r.failf(0, "not JSON: there is a comma before this ]")
		}
	case r.array && mark != ']':
		return r.failf(0, "not JSON: expected a comma or the ] of the array")
	}
	switch {
	case r.array && errors.Is(err, io.EOF):
		return r.failf(0, "not JSON: the array is not closed; the file may be truncated")
	case err != nil:
		return err
	case r.array && mark == ']':
		return r.leaveArray()
	case mark != '{':
		return r.failf(0, "%s", noObject(r.bytes(), ".[] | @csv"))
	}
	return r.findEnd()
}

// enterArray steps over the beginning of an array, alone or in an object, if the file begins so, and returns the next mark.
func (r *jsonReader) enterArray(mark byte) (byte, error) {
	var err error
	switch mark {
	case '[':
		r.array = true
		r.drop(1)
	case '{':
		r.array, err = r.enterList()
	}
	if err != nil || !r.array {
		return mark, err
	}
	return r.nextMark()
}

// leaveArray reads what follows the objects of the array; io.EOF is as it should be.
func (r *jsonReader) leaveArray() error {
	r.drop(1)
	if r.head != nil {
		return r.leaveList()
	}
	_, err := r.nextMark()
	if err == nil {
		return r.failf(0, "not JSON: there is more after the array")
	}
	return err
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
