package output

import (
	"fmt"
	"strconv"
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

// display is the text of v for people: escaped, "-" for null and empty.
func (f formatter) display(v any) string {
	if s := Escape(string(f.append(nil, v))); s != "" {
		return s
	}
	return "-"
}
