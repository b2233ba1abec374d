package query

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/failure"
)

// Condition is a comparison that a record fulfils or not.
type Condition[T any] struct {
	Text  string // as given
	Field Field[T]

	holds func(T) bool
}

// Holds reports whether a record fulfils the condition. The zero condition is fulfilled by every record.
func (c *Condition[T]) Holds(record T) bool { return c.holds == nil || c.holds(record) }

// operators lists the operators, a longer one before those that it begins with.
func operators() []string { return []string{"==", "!=", "!~", "~=", "<=", ">=", "=", "~", "<", ">"} }

const operatorList = "= != ~ (contains) !~ < <= > or >="

// Parse reads a condition, FIELD OPERATOR VALUE, that a flag gives. now is what ages such as 7d are counted from.
func Parse[T any](flag, text string, fields []Field[T], now time.Time) (Condition[T], error) {
	c := Condition[T]{Text: text}
	at := strings.IndexAny(text, "=!<>~")
	if at < 1 {
		return c, failure.Invalidf(flag, "must be FIELD OPERATOR VALUE, with %s (got %q)", operatorList, text)
	}
	i := slices.IndexFunc(operators(), func(op string) bool { return strings.HasPrefix(text[at:], op) })
	if i < 0 {
		return c, failure.Invalidf(flag, "must have %s after %s (got %q)", operatorList, strings.TrimSpace(text[:at]), text)
	}
	op := operators()[i]
	value := strings.TrimSpace(text[at+len(op):])
	switch op {
	case "==":
		op = "="
	case "~=":
		op = "~"
	}
	field, err := Find(flag, strings.TrimSpace(text[:at]), fields)
	if err != nil {
		return c, err
	}
	c.Field = field
	compare, err := comparison(field, op, value, now)
	if err != nil {
		return c, failure.Invalidf(flag, "%s %v (got %q)", field.Name, err, text)
	}
	c.holds = func(record T) bool {
		sign, known := compare(record)
		return known && accepts(op, sign) || !known && op[0] == '!'
	}
	return c, nil
}

// accepts reports whether an operator holds for a value that compares like sign with the one in the condition.
func accepts(op string, sign int) bool {
	switch op {
	case "=", "~":
		return sign == 0
	case "!=", "!~":
		return sign != 0
	case "<":
		return sign < 0
	case "<=":
		return sign <= 0
	case ">":
		return sign > 0
	}
	return sign >= 0
}

// comparison returns a function that compares the field of a record with a value; known is false for null, which is neither
// equal nor greater nor less.
func comparison[T any](f Field[T], op, value string, now time.Time) (func(T) (sign int, known bool), error) {
	ordered, contains := op[0] == '<' || op[0] == '>', strings.HasSuffix(op, "~")
	switch {
	case value == "null" && (ordered || contains):
		return nil, errors.New("is compared with null by = or !=")
	case value == "null":
		return func(record T) (int, bool) {
			if f.isNull(record) {
				return 0, true
			}
			return 1, true
		}, nil
	case f.Text != nil && ordered:
		return nil, errors.New("is text, which has no order here: use = != ~ or !~")
	case f.Text != nil:
		return compareText(f.Text, unquoted(value), contains), nil
	case contains:
		return nil, errors.New("is not text: use = != < <= > or >=")
	case f.Number != nil:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, errors.New("is compared with a whole number")
		}
		return compareNumber(f.Number, n), nil
	}
	from, to, err := ParseTime(value, now)
	return compareTime(f.Time, from, to), err
}

func compareText[T any](text func(T) *string, want string, contains bool) func(T) (int, bool) {
	folded := strings.ToLower(want)
	return func(record T) (int, bool) {
		v := text(record)
		switch {
		case v == nil:
			return 0, false
		case contains && strings.Contains(strings.ToLower(*v), folded):
			return 0, true
		case contains:
			return 1, true
		}
		return strings.Compare(*v, want), true
	}
}

func compareNumber[T any](number func(T) *int64, want int64) func(T) (int, bool) {
	return func(record T) (int, bool) {
		v := number(record)
		if v == nil {
			return 0, false
		}
		return cmp.Compare(*v, want), true
	}
}

// compareTime counts what lies between from and to, both included, as equal.
func compareTime[T any](at func(T) time.Time, from, to time.Time) func(T) (int, bool) {
	return func(record T) (int, bool) {
		switch v := at(record); {
		case v.IsZero():
			return 0, false
		case v.Before(from):
			return -1, true
		case v.After(to):
			return 1, true
		}
		return 0, true
	}
}

// unquoted takes the quotes around a value off.
func unquoted(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}
