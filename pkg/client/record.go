package client

import (
	"encoding/json"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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
	r := &reader{text: value}
	return r.list(func() error {
		item, err := r.value()
		*field = append(*field, json.RawMessage(item))
		return err
	})
}
