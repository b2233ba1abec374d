package client

import (
	"bytes"
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
	if r.peek() == 'n' {
		return r.skip()
	}
	switch field := target.(type) {
	case **string:
		s, err := r.string()
		*field = share(&r.strings, s)
		return err
	case **int64:
		n, err := r.count()
		*field = share(&r.counts, n)
		return err
	case *string:
		s, err := r.string()
		*field = s
		return err
	case *Timestamp:
		return r.timestamp(field)
	case *[]json.RawMessage:
		*field = []json.RawMessage{}
		return r.list(func() error {
			item, err := r.value()
			*field = append(*field, json.RawMessage(bytes.Clone(item)))
			return err
		})
	}
	value, err := r.value()
	if err == nil && jsonv2.Unmarshal(value, target) != nil {
		err = fmt.Errorf("%s of an unexpected shape", kindName(value.Kind()))
	}
	return err
}

// share returns a pointer to a copy of v, in memory that eight values have in common: about those of a record. One that is kept
// keeps no more than them.
func share[T any](block *[]T, v T) *T {
	if len(*block) == cap(*block) {
		*block = make([]T, 0, 8)
	}
	*block = append(*block, v)
	return &(*block)[len(*block)-1]
}

// string reads a string, and refuses any other value.
func (r *reader) string() (string, error) {
	if r.peek() != '"' {
		return "", wrongKind(jsontext.Value(r.text[r.next:]).Kind(), "a string")
	}
	text, err := r.quoted()
	if len(text) == 0 || len(text) > 16 || r.recent == nil {
		return string(text), err
	}
	recent := &r.recent[(len(text)*5+int(text[0])*3+int(text[len(text)-1]))%len(r.recent)]
	if *recent != string(text) {
		*recent = string(text)
	}
	return *recent, err
}

// timestamp reads a date and time. A value that is no string stays as its JSON text.
func (r *reader) timestamp(t *Timestamp) error {
	if r.peek() == '"' {
		text, err := r.quoted()
		*t = parseTimestamp(string(text))
		return err
	}
	value, err := r.value()
	if value.Kind() != 'n' {
		*t = Timestamp{Raw: string(value)}
	}
	return err
}

// count reads a whole number in any spelling: 5, "5", 5.0 or 5e0. Anything else is an error, not a guess.
func (r *reader) count() (int64, error) {
	value, err := r.value()
	if err != nil {
		return 0, err
	}
	return whole(value)
}

func whole(v jsontext.Value) (int64, error) {
	number := v
	if v.Kind() == '"' {
		number, _ = jsontext.AppendUnquote(nil, v)
		if !number.IsValid() { // big.Rat would take 0x10 and 1/1
			return 0, wrongKind('"', "a whole number")
		}
	}
	if number.Kind() != '0' {
		return 0, wrongKind(v.Kind(), "a whole number")
	}
	if n, err := strconv.ParseInt(string(number), 10, 64); err == nil {
		return n, nil
	}
	return wholeFraction(string(number))
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
