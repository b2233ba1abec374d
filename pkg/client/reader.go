package client

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep an answer's objects and lists may be nested.
const maxDepth = 64

// reader walks a JSON text that is known to be valid, once, and hands out parts of it without a copy.
type reader struct {
	text  []byte
	next  int // where the reader stands
	level int // how many objects and lists it stands in
}

// newReader makes sure that the text is one JSON value and as strict as RFC 7493: UTF-8, no surrogate alone, no name
// twice in an object.
func newReader(text []byte) (*reader, error) {
	if jsontext.Value(text).IsValid() {
		return &reader{text: text}, nil
	}
	if _, err := jsontext.NewDecoder(bytes.NewReader(text)).ReadValue(); err != nil {
		return nil, err
	}
	return nil, errors.New("more than one value")
}

// peek is the first byte of what comes next. Valid text needs no look at its commas and colons.
func (r *reader) peek() byte {
	for ; r.next < len(r.text); r.next++ {
		switch b := r.text[r.next]; b {
		case ' ', '\t', '\r', '\n', ',', ':':
		default:
			return b
		}
	}
	return 0
}

// since is the text from start to where the reader stands. Its capacity ends there, so that appending copies.
func (r *reader) since(start int) jsontext.Value { return r.text[start:r.next:r.next] }

// value reads the next value, whatever it is.
func (r *reader) value() (jsontext.Value, error) {
	r.peek()
	start := r.next
	if r.level+r.skip() > maxDepth {
		return nil, fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	return r.since(start), nil
}

// skip steps over the next value and tells how deep it is nested.
func (r *reader) skip() (deepest int) {
	for level := 0; ; {
		switch r.peek() {
		case '"':
			r.skipString()
		case '{', '[':
			level++
			deepest = max(deepest, level)
			r.next++
		case '}', ']':
			level--
			r.next++
		default:
			r.skipScalar()
		}
		if level == 0 {
			return deepest
		}
	}
}

func (r *reader) skipString() {
	rest := r.text[r.next+1:]
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			r.next += i + 2
			return
		}
	}
}

// skipScalar steps over a number, a boolean or null.
func (r *reader) skipScalar() {
	for ; r.next < len(r.text); r.next++ {
		switch r.text[r.next] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
			return
		}
	}
}

// object reads an object and calls member after each name, to read the value that follows. It gives the object's text.
func (r *reader) object(member func(name []byte) error) (jsontext.Value, error) {
	if err := r.open('{'); err != nil {
		return nil, err
	}
	start := r.next - 1
	for r.peek() != '}' {
		quoted := r.next
		r.skipString()
		name, err := unquoted(r.since(quoted))
		if err != nil {
			return nil, err
		}
		if err := member(name); err != nil {
			return nil, err
		}
	}
	r.shut()
	return r.since(start), nil
}

// list reads a list and calls item to read each of its values.
func (r *reader) list(item func() error) error {
	if err := r.open('['); err != nil {
		return err
	}
	for r.peek() != ']' {
		if err := item(); err != nil {
			return err
		}
	}
	r.shut()
	return nil
}

func (r *reader) open(kind jsontext.Kind) error {
	r.peek()
	if got := jsontext.Value(r.text[r.next:]).Kind(); got != kind {
		return wrongKind(got, kindName(kind))
	}
	r.next++
	r.level++
	return nil
}

func (r *reader) shut() {
	r.next++
	r.level--
}

// unquoted is a JSON string's content, without a copy where nothing is escaped.
func unquoted(v jsontext.Value) ([]byte, error) {
	if n := len(v); n > 1 && v[0] == '"' && v[n-1] == '"' && bytes.IndexByte(v, '\\') < 0 {
		return v[1 : n-1], nil
	}
	return jsontext.AppendUnquote(nil, v)
}

func wrongKind(got jsontext.Kind, due string) error {
	return fmt.Errorf("%s where %s is due", kindName(got), due)
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '[':
		return "a list"
	case '{':
		return "an object"
	}
	return "nothing"
}
