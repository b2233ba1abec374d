package sandbox

import (
	"math"
	"strconv"
	"strings"
)

// jsonText writes JSON as json.dumps(..., ensure_ascii=False, separators=(",", ":")) does, which is what FastAPI sends:
// no escaping beyond what JSON demands. Commas come by themselves.
type jsonText struct {
	buf []byte
}

// value begins a value: it writes the comma that separates it from the one before.
func (w *jsonText) value() {
	if n := len(w.buf); n > 0 && !strings.ContainsRune("{[:", rune(w.buf[n-1])) {
		w.buf = append(w.buf, ',')
	}
}

func (w *jsonText) open(bracket byte) {
	w.value()
	w.buf = append(w.buf, bracket)
}

func (w *jsonText) close(bracket byte) { w.buf = append(w.buf, bracket) }

func (w *jsonText) key(name string) {
	w.value()
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '"', ':')
}

func (w *jsonText) text(s string) {
	w.value()
	w.buf = appendQuoted(w.buf, s)
}

func (w *jsonText) null() {
	w.value()
	w.buf = append(w.buf, "null"...)
}

func (w *jsonText) raw(json string) {
	w.value()
	w.buf = append(w.buf, json...)
}

func (w *jsonText) textField(name, s string) {
	w.key(name)
	w.buf = appendQuoted(w.buf, s)
}

// optField writes null for nil.
func (w *jsonText) optField(name string, s *string) {
	w.key(name)
	if s == nil {
		w.null()
		return
	}
	w.buf = appendQuoted(w.buf, *s)
}

func (w *jsonText) intField(name string, n int64) {
	w.key(name)
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

func (w *jsonText) boolField(name string, b bool) {
	w.key(name)
	w.buf = strconv.AppendBool(w.buf, b)
}

// any writes a parsed value (see parseJSON) or a plain Go string, int or bool. Numbers that JSON does not have are
// written as Python would, which makes the answer fail: see crashUnlessUTF8.
func (w *jsonText) any(v any) {
	switch v := v.(type) {
	case nil:
		w.null()
	case bool:
		w.raw(strconv.FormatBool(v))
	case integer:
		w.raw(string(v))
	case int:
		w.raw(strconv.Itoa(v))
	case float64:
		w.raw(pythonFloat(v))
	case string:
		w.text(v)
	case []any:
		w.open('[')
		for _, e := range v {
			w.any(e)
		}
		w.close(']')
	case *object:
		w.open('{')
		for _, k := range v.keys {
			w.text(k)
			w.buf = append(w.buf, ':')
			w.any(v.values[k])
		}
		w.close('}')
	}
}

// notJSON is a byte that no valid answer holds. Starlette refuses to write NaN and infinities, so they must crash.
const notJSON = "\xff"

// pythonFloat is repr(float).
func pythonFloat(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return notJSON
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if at := strings.IndexByte("\"\"\\\\\bb\ff\nn\rr\tt", c); at >= 0 {
			b = append(b, '\\', "\"\"\\\\\bb\ff\nn\rr\tt"[at|1])
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}
