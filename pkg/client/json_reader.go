package client

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep an answer's objects and lists may be nested.
const maxDepth = 64

// errNotJSON is the reader's error for a text; newReader returns one that says what is wrong.
var errNotJSON = errors.New("this is not JSON")

// reader walks a JSON text once and hands out parts of it. It is as strict as RFC 7493: UTF-8, no surrogate alone, no name
// twice in an object. Its results are valid once end has returned nil.
type reader struct {
	text  []byte
	next  int // where the reader stands
	level int // how many objects and lists it stands in
}

// newReader makes sure beforehand that the text is one JSON value.
func newReader(text []byte) (*reader, error) {
	if jsontext.Value(text).IsValid() {
		return &reader{text: text}, nil
	}
	if _, err := jsontext.NewDecoder(bytes.NewReader(text)).ReadValue(); err != nil {
		return nil, err
	}
	return nil, errors.New("more than one value")
}

// end makes sure that nothing comes after the value, and that all of the text is UTF-8.
func (r *reader) end() error {
	if r.peek() != 0 || r.next < len(r.text) || !utf8.Valid(r.text) {
		return errNotJSON
	}
	return nil
}

// peek is the first byte of what comes next, 0 at the end.
func (r *reader) peek() byte {
	for ; r.next < len(r.text); r.next++ {
		switch b := r.text[r.next]; b {
		case ' ', '\t', '\r', '\n':
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
	err := r.skip()
	return r.since(start), err
}

// skip steps over the next value.
func (r *reader) skip() error {
	switch b := r.peek(); b {
	case '"':
		return r.skipString()
	case '{':
		return r.object(func([]byte) error { return r.skip() })
	case '[':
		return r.list(r.skip)
	case 't':
		return r.skipWord("true")
	case 'f':
		return r.skipWord("false")
	case 'n':
		return r.skipWord("null")
	}
	return r.skipNumber()
}

// object reads an object and calls member after each name, to read the value that follows.
func (r *reader) object(member func(name []byte) error) error {
	if err := r.open('{'); err != nil {
		return err
	}
	var seen names
	for first := true; ; first = false {
		more, err := r.more(first, '}')
		if err != nil || !more {
			return err
		}
		name, err := r.name()
		if err != nil {
			return err
		}
		if !seen.add(name) {
			return errNotJSON
		}
		if err := member(name); err != nil {
			return err
		}
	}
}

// name reads the name of a member and the colon after it.
func (r *reader) name() ([]byte, error) {
	r.peek()
	start := r.next
	if err := r.skipString(); err != nil {
		return nil, err
	}
	name, err := unquoted(r.since(start))
	if err != nil {
		return nil, err
	}
	if r.peek() != ':' {
		return nil, errNotJSON
	}
	r.next++
	return name, nil
}

// list reads a list and calls item to read each of its values.
func (r *reader) list(item func() error) error {
	if err := r.open('['); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := r.more(first, ']')
		if err != nil || !more {
			return err
		}
		if err := item(); err != nil {
			return err
		}
	}
}

func (r *reader) open(kind byte) error {
	if got := r.peek(); got != kind {
		return wrongKind(jsontext.Value(r.text[r.next:]).Kind(), kindName(jsontext.Kind(kind)))
	}
	r.next++
	if r.level++; r.level > maxDepth {
		return fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	return nil
}

// more reports whether another member or item comes before shut, which ends the object or list.
func (r *reader) more(first bool, shut byte) (bool, error) {
	switch b := r.peek(); {
	case b == shut:
		r.next++
		r.level--
		return false, nil
	case first:
		return true, nil
	case b != ',':
		return false, errNotJSON
	}
	r.next++
	if r.peek() == shut {
		return false, errNotJSON
	}
	return true, nil
}

// unquoted is a JSON string's content, without a copy where nothing is escaped.
func unquoted(v jsontext.Value) ([]byte, error) {
	if n := len(v); n > 1 && v[0] == '"' && v[n-1] == '"' && bytes.IndexByte(v, '\\') < 0 {
		return v[1 : n-1], nil
	}
	return jsontext.AppendUnquote(nil, v)
}

func wrongKind(got jsontext.Kind, want string) error {
	return fmt.Errorf("%s where %s is expected", kindName(got), want)
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

// fewNames is how many names of an object are compared one by one; more of them go to a map.
const fewNames = 16

// names are those of one object. None may come twice.
type names struct {
	likely uint64 // a bit for every name, which several may share
	few    [fewNames][]byte
	n      int
	many   map[string]bool
}

// add reports whether the name is new.
func (n *names) add(name []byte) bool {
	bit := nameBit(name)
	known := n.likely&bit != 0 && n.has(name)
	n.likely |= bit
	switch {
	case n.n < fewNames:
		n.few[n.n] = name
		n.n++
	case n.many == nil:
		n.many = map[string]bool{string(name): true}
	default:
		n.many[string(name)] = true
	}
	return !known
}

func (n *names) has(name []byte) bool {
	for _, other := range n.few[:n.n] {
		if string(other) == string(name) {
			return true
		}
	}
	return n.many[string(name)]
}

func nameBit(name []byte) uint64 {
	if len(name) == 0 {
		return 1
	}
	return 1 << ((len(name)*7 + int(name[0])*5 + int(name[len(name)-1])*3) % 64)
}
