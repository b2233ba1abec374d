package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// record reads an object into the fields that field names: nil for a name that is not known. It returns the
// object's text, in which unknown members survive.
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
		return fmt.Errorf("%s of an unexpected shape", kindName(value.Kind()))
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
		return "", wrongKind(value.Kind(), "a string")
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

// whole reads a whole number in any spelling: 5, "5", 5.0 or 5e0. Anything else is an error, not a guess.
func whole(v jsontext.Value) (int64, error) {
	if v.Kind() == '"' {
		s, err := unquoted(v)
		if err != nil {
			return 0, err
		}
		v = jsontext.Value(s)
		if !v.IsValid() { // big.Rat would take 0x10 and 1/1
			return 0, wrongKind('"', "a whole number")
		}
	}
	if v.Kind() != '0' {
		return 0, wrongKind(v.Kind(), "a whole number")
	}
	if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
		return n, nil
	}
	return wholeFraction(string(v))
}

// wholeFraction reads a number with a fraction or an exponent exactly.
func wholeFraction(number string) (int64, error) {
	exponent := strings.IndexAny(number, "eE")
	if len(number) > 40 || exponent >= 0 && len(number)-exponent > 4 { // 1e999999999 would be expanded
		return 0, errors.New("a number out of range")
	}
	r, ok := new(big.Rat).SetString(number)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, errors.New("a number that is not whole, or does not fit in 64 bits")
	}
	return r.Num().Int64(), nil
}
