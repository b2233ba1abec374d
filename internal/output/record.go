package output

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// recordJSON returns the JSON of records. A record that marshals itself is
// asked directly and trusted to return JSON: what the server sent was parsed
// once already, and is neither parsed again nor changed.
type recordJSON[T any] struct {
	current T // holds the record so that taking its address allocates once
	count   int
	text    []byte
}

// rawRecord is a record that keeps the JSON text it was read from, "" when it has none.
type rawRecord interface{ RawJSON() string }

// of is good until the next call.
func (r *recordJSON[T]) of(v T) ([]byte, error) {
	r.current = v
	r.count++
	var raw []byte
	var err error
	if kept, ok := any(&r.current).(rawRecord); ok && kept.RawJSON() != "" {
		r.text = append(r.text[:0], kept.RawJSON()...)
		raw = r.text
	} else {
		raw, err = marshal(&r.current)
	}
	if err != nil {
		return nil, fmt.Errorf("encode record %d: %w", r.count, err)
	}
	return raw, nil
}

func marshal[T any](v *T) ([]byte, error) {
	if m, ok := any(v).(json.Marshaler); ok {
		return m.MarshalJSON()
	}
	if m, ok := any(*v).(json.Marshaler); ok {
		return m.MarshalJSON()
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
