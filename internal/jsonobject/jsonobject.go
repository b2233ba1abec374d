// Package jsonobject takes JSON objects apart and puts them together, in their own order and with every value as it was
// written.
package jsonobject

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Member is a member of a JSON object.
type Member struct {
	Name  string
	Value json.RawMessage // as it was written
}

// Members returns the members of the only value in text. It fails for anything but one object, and for an object that has
// a name twice.
func Members(text []byte) ([]Member, error) {
	d := jsontext.NewDecoder(bytes.NewReader(text))
	open, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	if open.Kind() != '{' {
		return nil, errors.New("not a JSON object")
	}
	var members []Member
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		m := Member{Name: name.String()} // a token is valid until the next call
		value, err := d.ReadValue()
		if err != nil {
			return nil, err
		}
		m.Value = bytes.Clone(value)
		members = append(members, m)
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return members, nil
}

// Object returns the object that has these members.
func Object(members []Member) ([]byte, error) {
	out := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = jsontext.AppendQuote(out, m.Name); err != nil {
			return nil, err
		}
		out = append(append(out, ':'), m.Value...)
	}
	return append(out, '}'), nil
}

// Encode is json.Marshal that leaves <, > and & as they are.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
