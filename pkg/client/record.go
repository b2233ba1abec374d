package client

import (
	"encoding/json"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// record reads an object into the fields that field names: nil for a name that is not known. It gives the object's
// text, in which unknown members survive.
func (r *reader) record(field func(name []byte) any) (string, error) {
	r.peek()
	start := r.next
	err := r.object(func(name []byte) error {
		target := field(name)
		if target == nil {
			return r.skip()
		}
		if err := r.into(target); err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return string(r.since(start)), nil
}

// into sets a field of a record, null being nil or zero.
func (r *reader) into(target any) error {
	switch field := target.(type) {
	case **string:
		if r.peek() == 'n' {
			return r.skipWord("null")
		}
		s, err := r.string()
		*field = &s
		return err
	case **int64:
		if r.peek() == 'n' {
			return r.skipWord("null")
		}
		n, err := r.count()
		*field = &n
		return err
	case *string:
		if r.peek() == 'n' {
			return r.skipWord("null")
		}
		s, err := r.string()
		*field = s
		return err
	case *Timestamp:
		return r.timestamp(field)
	}
	value, err := r.value()
	if err != nil {
		return err
	}
	if items, ok := target.(*[]json.RawMessage); ok {
		return rawList(items, value)
	}
	if jsonv2.Unmarshal(value, target) != nil {
		return fmt.Errorf("%s of another shape than is due", kindName(value.Kind()))
	}
	return nil
}

// string reads a string.
func (r *reader) string() (string, error) {
	if r.peek() != '"' {
		value, err := r.value()
		if err != nil {
			return "", err
		}
		return stringOf(value)
	}
	start := r.next
	if err := r.skipString(); err != nil {
		return "", err
	}
	text, err := unquoted(r.since(start))
	return string(text), err
}

// count reads a whole number in any spelling.
func (r *reader) count() (int64, error) {
	value, err := r.value()
	if err != nil {
		return 0, err
	}
	return whole(value)
}

func (r *reader) timestamp(t *Timestamp) error {
	if r.peek() == '"' {
		s, err := r.string()
		*t = parseTimestamp(s)
		return err
	}
	value, err := r.value()
	if err != nil {
		return err
	}
	return t.UnmarshalJSON(value)
}

// rawList takes a list apart without a look at its items.
func rawList(field *[]json.RawMessage, value jsontext.Value) error {
	if value.Kind() == 'n' {
		return nil
	}
	*field = []json.RawMessage{}
	r := &reader{text: value}
	return r.list(func() error {
		item, err := r.value()
		*field = append(*field, json.RawMessage(item))
		return err
	})
}
