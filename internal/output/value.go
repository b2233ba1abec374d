package output

import (
	"fmt"
	"strconv"
	"strings"
)

// append adds the text of v. Null adds nothing.
func (f formatter) append(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return dst
	case string:
		return append(dst, v...)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	case bool:
		return strconv.AppendBool(dst, v)
	case Time:
		return f.appendTime(dst, v)
	case *string:
		if v == nil { // spelled out, and *int64 below: in an any they would be copied
			return dst
		}
		return append(dst, *v...)
	case *int64:
		if v == nil {
			return dst
		}
		return strconv.AppendInt(dst, *v, 10)
	case *int:
		return appendPointer(f, dst, v)
	case *float64:
		return appendPointer(f, dst, v)
	case *bool:
		return appendPointer(f, dst, v)
	case *Time:
		return appendPointer(f, dst, v)
	}
	return fmt.Append(dst, v)
}

func appendPointer[V any](f formatter, dst []byte, v *V) []byte {
	if v == nil {
		return dst
	}
	return f.append(dst, *v)
}

// displayAlone is display where there is room for one value in a line: an age stands beside its date.
func (f formatter) displayAlone(v any) string {
	t, ok := v.(Time)
	if !ok || !t.Valid || f.times != "relative" {
		return f.display(v)
	}
	age := f.display(t)
	if !strings.HasPrefix(age, "in ") && age != "now" {
		age += " ago"
	}
	f.times = "utc"
	return f.display(t) + " (" + age + ")"
}

// display is the text of v for people: escaped, "-" for null and empty, yes or no.
func (f formatter) display(v any) string {
	switch b := v.(type) {
	case bool:
		return yesNo(b)
	case *bool:
		if b != nil {
			return yesNo(*b)
		}
	}
	if s := Escape(string(f.append(nil, v))); s != "" {
		return s
	}
	return "-"
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
