package client

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep an answer's objects and lists may be nested.
const maxDepth = 64

// maxNames is how many names of an object are compared with each other here; an object with more is left to the library.
const maxNames = 24

// errNotJSON is what the reader finds; parseJSON says in the library's words what is wrong.
var errNotJSON = errors.New("this is not JSON")

// reader walks a JSON text once, checks it on the way, and hands out parts of it. What it does not check by itself, it has
// the library check for the whole text. A page of 100 customers takes 0.2 to 0.4 ms with it, and 0.6 to 0.9 ms with
// encoding/json or its successor.
type reader struct {
	text    []byte
	escapes bool // a string of the text has an escape, which few answers have
	checked bool // the library has checked the whole text
	next    int  // where the reader stands
	level   int  // how many objects and lists it stands in

	strings []string // what the fields of the last records point to
	counts  []int64
	recent  []string // short texts, which many records of a list have in common: currencies, countries, states
}

// parseJSON reads a text, which has to be one JSON value, as strict as RFC 7493: UTF-8, no surrogate alone, no name twice
// in an object. For any other text it returns a *jsontext.SyntacticError, whatever read has found.
func parseJSON(text []byte, read func(*reader) error) error {
	r := &reader{text: text, escapes: bytes.IndexByte(text, '\\') >= 0}
	if hasControl(text) || !utf8.Valid(text) {
		if err := r.check(); err != nil {
			return err
		}
	}
	err := read(r)
	if r.peek(); err == nil && r.next == len(text) {
		return nil
	}
	if syntax := checkJSON(text); syntax != nil {
		return syntax
	}
	return err
}

// checkJSON has the library check a text.
func checkJSON(text []byte) error {
	if jsontext.Value(text).IsValid() {
		return nil
	}
	var value jsontext.Value
	return jsonv2.Unmarshal(text, &value)
}

func (r *reader) check() error {
	r.checked = true
	return checkJSON(r.text)
}

// hasControl reports whether a text has a control character: spaces of its layout, or what a string must not have. Eight
// bytes are looked at in one step: those below a space have the high bit after the subtraction, and did not have it before.
func hasControl(text []byte) bool {
	const spaces, high = 0x2020202020202020, 0x8080808080808080
	for ; len(text) >= 8; text = text[8:] {
		if x := binary.LittleEndian.Uint64(text); (x-spaces)&^x&high != 0 {
			return true
		}
	}
	return slices.ContainsFunc(text, func(b byte) bool { return b < ' ' })
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

// object reads an object and calls member after each name, to read the value that follows.
func (r *reader) object(member func(name []byte) error) error {
	var seen [maxNames][]byte
	return r.parts('{', '}', func(n int) error {
		name, err := r.name()
		switch {
		case err != nil:
			return err
		case r.checked:
		case n == maxNames:
			err = r.check()
		case slices.ContainsFunc(seen[:n], func(other []byte) bool { return string(other) == string(name) }):
			err = errNotJSON
		default:
			seen[n] = name
		}
		if err != nil {
			return err
		}
		return member(name)
	})
}

// name reads the name of a member and the colon after it.
func (r *reader) name() ([]byte, error) {
	name, err := r.quoted()
	if err == nil && r.peek() != ':' {
		err = errNotJSON
	}
	if err == nil {
		r.next++
	}
	return name, err
}

// list reads a list and calls item to read each of its values.
func (r *reader) list(item func() error) error {
	return r.parts('[', ']', func(int) error { return item() })
}

// parts steps into an object or a list, calls part to read each of its parts, and steps out of it.
func (r *reader) parts(first, last byte, part func(n int) error) error {
	if got := r.peek(); got != first {
		return wrongKind(jsontext.Value(r.text[r.next:]).Kind(), kindName(jsontext.Kind(first)))
	}
	if r.level++; r.level > maxDepth {
		return fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	r.next++
	for n := 0; n > 0 || r.peek() != last; n++ {
		if err := part(n); err != nil {
			return err
		}
		switch r.peek() {
		case ',':
			r.next++
			continue
		case last:
		default:
			return errNotJSON
		}
		break
	}
	r.next++
	r.level--
	return nil
}

// quoted reads a string.
func (r *reader) quoted() ([]byte, error) {
	text, escaped, err := r.skipString()
	if err != nil {
		return nil, err
	}
	if escaped {
		return jsontext.AppendUnquote(nil, text)
	}
	return text[1 : len(text)-1], nil
}

// skipString steps over a string. It returns it with its quotes.
func (r *reader) skipString() (text []byte, escaped bool, err error) {
	if r.peek() != '"' {
		return nil, false, errNotJSON
	}
	start := r.next
	end := start + 1 + bytes.IndexByte(r.text[start+1:], '"')
	if escaped = r.escapes && end > start && bytes.IndexByte(r.text[start:end], '\\') >= 0; escaped {
		for end = start + 1; end < len(r.text) && r.text[end] != '"'; end++ {
			if r.text[end] == '\\' {
				end++
			}
		}
	}
	if end == start || end >= len(r.text) {
		return nil, false, errNotJSON
	}
	r.next = end + 1
	if text = r.since(start); escaped && !jsontext.Value(text).IsValid() {
		err = errNotJSON
	}
	return text, escaped, err
}

// value reads the next value, whatever it is.
func (r *reader) value() (jsontext.Value, error) {
	r.peek()
	start := r.next
	err := r.skip()
	return r.since(start), err
}

// skip steps over the next value.
func (r *reader) skip() error {
	switch r.peek() {
	case '"':
		_, _, err := r.skipString()
		return err
	case '{':
		return r.object(func([]byte) error { return r.skip() })
	case '[':
		return r.list(r.skip)
	}
	return r.skipWord()
}

// skipWord steps over a number, a boolean or null.
func (r *reader) skipWord() error {
	start := r.next
	for ; r.next < len(r.text); r.next++ {
		switch r.text[r.next] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
		default:
			continue
		}
		break
	}
	word := r.text[start:r.next]
	if string(word) == "null" || isCount(word) || jsontext.Value(word).IsValid() {
		return nil
	}
	return errNotJSON
}

// isCount reports whether a word is a number without sign, fraction and exponent: most numbers of an answer.
func isCount(word []byte) bool {
	for _, b := range word {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(word) == 1 || len(word) > 1 && word[0] != '0'
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
