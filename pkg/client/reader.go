package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep an answer's objects and lists may be nested.
const maxDepth = 64

// reader walks one JSON text once and hands out parts of it without a copy. It is as strict as RFC 7493: UTF-8, no
// surrogate alone, no name twice in an object.
type reader struct {
	text []byte
	dec  *jsontext.Decoder
}

func newReader(text []byte) *reader {
	return &reader{text, jsontext.NewDecoder(bytes.NewBuffer(text))}
}

// since is the text from an offset to where the reader stands. Its capacity ends there, so that appending copies.
func (r *reader) since(start int64) jsontext.Value {
	end := r.dec.InputOffset()
	return r.text[start:end:end]
}

// value reads the next value, whatever it is.
func (r *reader) value() (jsontext.Value, error) {
	v, err := r.dec.ReadValue()
	if err != nil {
		return nil, err
	}
	if k := v.Kind(); (k == '{' || k == '[') && r.dec.StackDepth()+depth(v) > maxDepth {
		return nil, fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	return r.since(r.dec.InputOffset() - int64(len(v))), nil
}

// object reads an object and calls member after each name, to read the value that follows.
func (r *reader) object(member func(name []byte) error) (jsontext.Value, error) {
	if err := r.open('{'); err != nil {
		return nil, err
	}
	start := r.dec.InputOffset() - 1
	for r.dec.PeekKind() != '}' {
		quoted, err := r.value()
		if err != nil {
			return nil, err
		}
		name, err := unquoted(quoted)
		if err != nil {
			return nil, err
		}
		if err := member(name); err != nil {
			return nil, err
		}
	}
	_, err := r.dec.ReadToken()
	return r.since(start), err
}

// list reads a list and calls item to read each of its values.
func (r *reader) list(item func() error) error {
	if err := r.open('['); err != nil {
		return err
	}
	for r.dec.PeekKind() != ']' {
		if err := item(); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

func (r *reader) open(kind jsontext.Kind) error {
	token, err := r.dec.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != kind {
		return wrongKind(token.Kind(), kindName(kind))
	}
	return nil
}

// end makes sure that nothing follows.
func (r *reader) end() error {
	switch _, err := r.dec.ReadToken(); {
	case err == nil:
		return &jsontext.SyntacticError{Err: errors.New("more than one value")}
	case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil
	default:
		return err
	}
}

// record reads an object into the fields that field names: nil for a name that is not known. It gives the object's
// text, where what is not known survives.
func (r *reader) record(field func(name []byte) any) (jsontext.Value, error) {
	return r.object(func(name []byte) error {
		target := field(name)
		value, err := r.value()
		if err != nil || target == nil {
			return err
		}
		if err := into(target, value); err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
		return nil
	})
}

// into sets a field of a record, null being nil or zero.
func into(target any, value jsontext.Value) error {
	switch field := target.(type) {
	case **string:
		if value.Kind() == 'n' {
			return nil
		}
		s, err := stringOf(value)
		*field = &s
		return err
	case **int64:
		if value.Kind() == 'n' {
			return nil
		}
		n, err := whole(value)
		*field = &n
		return err
	case *string:
		if value.Kind() == 'n' {
			return nil
		}
		s, err := stringOf(value)
		*field = s
		return err
	case *Timestamp:
		return field.UnmarshalJSON(value)
	case *[]json.RawMessage:
		return rawList(field, value)
	}
	if jsonv2.Unmarshal(value, target) != nil {
		return fmt.Errorf("%s of another shape than is due", kindName(value.Kind()))
	}
	return nil
}

// rawList takes a list apart without a look at its items.
func rawList(field *[]json.RawMessage, value jsontext.Value) error {
	if value.Kind() == 'n' {
		return nil
	}
	*field = []json.RawMessage{}
	r := newReader(value)
	return r.list(func() error {
		item, err := r.value()
		*field = append(*field, json.RawMessage(item))
		return err
	})
}

// unquoted is a JSON string's content, without a copy where nothing is escaped.
func unquoted(v jsontext.Value) ([]byte, error) {
	if n := len(v); n > 1 && v[0] == '"' && v[n-1] == '"' && bytes.IndexByte(v, '\\') < 0 {
		return v[1 : n-1], nil
	}
	return jsontext.AppendUnquote(nil, v)
}

func isSyntax(err error) bool {
	_, ok := errors.AsType[*jsontext.SyntacticError](err)
	return ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// depth is the deepest nesting of a valid value's objects and lists.
func depth(v jsontext.Value) int {
	level, deepest, inString := 0, 0, false
	for i := 0; i < len(v); i++ {
		switch b := v[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			level++
			deepest = max(deepest, level)
		case b == '}' || b == ']':
			level--
		}
	}
	return deepest
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
