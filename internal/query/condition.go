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
	if c.holds, err = field.condition(op, value, now); err != nil {
		return c, failure.Invalidf(flag, "%s %v (got %q)", field.Name, err, text)
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

// condition returns what reports whether the field of a record compares so with a value. Null is neither equal nor greater nor less.
func (f Field[T]) condition(op, text string, now time.Time) (func(T) bool, error) {
	ordered, contains := op[0] == '<' || op[0] == '>', strings.HasSuffix(op, "~")
	var compare func(value) int
	switch {
	case text == "null" && (ordered || contains):
		return nil, errors.New("is compared with null by = or !=")
	case text == "null":
		return func(record T) bool { return f.value(record).null == (op == "=") }, nil
	case f.Text != nil && ordered:
		return nil, errors.New("is text, which has no order here: use = != ~ or !~")
	case f.Text != nil && contains:
		part := strings.ToLower(unquoted(text))
		compare = func(v value) int { return min(strings.Index(strings.ToLower(v.text), part), 0) } // 0 where it is found
	case f.Text != nil:
		whole := unquoted(text)
		compare = func(v value) int { return strings.Compare(v.text, whole) }
	case contains:
		return nil, errors.New("is not text: use = != < <= > or >=")
	case f.Number != nil:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errors.New("is compared with a whole number")
		}
		compare = func(v value) int { return cmp.Compare(v.number, n) }
	default:
		from, to, err := ParseTime(text, now)
		if err != nil {
			return nil, err
		}
		compare = func(v value) int { // 0 between both, and at them
			if v.time.After(to) {
				return 1
			}
			return min(v.time.Compare(from), 0)
		}
	}
	return func(record T) bool {
		v := f.value(record)
		return !v.null && accepts(op, compare(v)) || v.null && op[0] == '!'
	}, nil
}

// unquoted takes the quotes around a value off.
func unquoted(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}
