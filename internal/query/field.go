// Package query filters and orders records by their fields: the conditions of --where and of wait --for, and --sort-by.
package query

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/nearest"
)

// Field is a field of a record. One of Text, Number and Time returns its value: nil or the zero time for null.
type Field[T any] struct {
	Name    string   // the API's
	Aliases []string // other names that users may give it, such as the title of its column
	Text    func(T) *string
	Number  func(T) *int64
	Time    func(T) time.Time
}

// Names lists the names of fields.
func Names[T any](fields []Field[T]) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// Find returns the field that a flag names by its name or an alias, without regard to case and to - or a blank for _.
func Find[T any](flag, name string, fields []Field[T]) (Field[T], error) {
	fold := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(name))
	known := Names(fields)
	for _, f := range fields {
		if f.Name == fold || slices.Contains(f.Aliases, fold) {
			return f, nil
		}
		known = append(known, f.Aliases...)
	}
	f := failure.Invalidf(flag, "unknown field %q", name)
	f.Hint = "the fields are " + strings.Join(Names(fields), ", ")
	if near := nearest.Match(fold, known); near != "" {
		f.Hint = "did you mean " + near + "? The fields are " + strings.Join(Names(fields), ", ")
	}
	return Field[T]{}, f
}

// value is the value of a field in a record: null, or the member of the field's kind.
type value struct {
	null   bool
	text   string
	number int64
	time   time.Time
}

func (f Field[T]) value(record T) value {
	switch {
	case f.Text != nil:
		if text := f.Text(record); text != nil {
			return value{text: *text}
		}
	case f.Number != nil:
		if number := f.Number(record); number != nil {
			return value{number: *number}
		}
	default:
		if at := f.Time(record); !at.IsZero() {
			return value{time: at}
		}
	}
	return value{null: true}
}

// String returns the value of the field in a record, "null" for none. Text is quoted.
func (f Field[T]) String(record T) string {
	switch v := f.value(record); {
	case v.null:
		return "null"
	case f.Text != nil:
		return strconv.Quote(v.text)
	case f.Number != nil:
		return strconv.FormatInt(v.number, 10)
	default:
		return v.time.Format(time.RFC3339Nano)
	}
}

// Key is the value of a field, by which records are ordered.
type Key struct {
	null   bool
	number int64 // microseconds for a time
	text   string
}

// Key returns the key of a record. It refers to nothing of the record.
func (f Field[T]) Key(record T) Key {
	v := f.value(record)
	if f.Time != nil && !v.null {
		return Key{number: v.time.UnixMicro()}
	}
	return Key{v.null, v.number, strings.Clone(strings.ToLower(v.text))}
}

// Compare orders keys of one field: numbers and dates by size, text without regard to case, null last in either direction.
func (k Key) Compare(other Key, descending bool) int {
	switch {
	case k.null && other.null:
		return 0
	case k.null:
		return 1
	case other.null:
		return -1
	}
	sign := cmp.Or(cmp.Compare(k.number, other.number), strings.Compare(k.text, other.text))
	if descending {
		return -sign
	}
	return sign
}

// Of returns the field of a part as a field of the whole record.
func Of[T, P any](f Field[P], part func(T) P) Field[T] {
	whole := Field[T]{Name: f.Name, Aliases: f.Aliases}
	switch {
	case f.Text != nil:
		whole.Text = func(record T) *string { return f.Text(part(record)) }
	case f.Number != nil:
		whole.Number = func(record T) *int64 { return f.Number(part(record)) }
	default:
		whole.Time = func(record T) time.Time { return f.Time(part(record)) }
	}
	return whole
}
