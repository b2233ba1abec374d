package client

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Members takes a JSON object apart, in its own order and without a change to the values.
func Members(object []byte) ([]Member, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(object))
	if kind := dec.PeekKind(); kind != '{' {
		return nil, fmt.Errorf("this is %s, not an object", kindName(kind))
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var members []Member
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		members = append(members, Member{Name: key, Value: stdjson.RawMessage(value.Clone())})
	}
	return members, nil
}
