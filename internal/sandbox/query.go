package sandbox

import (
	"encoding/hex"
	"strings"
)

// query is a query string as Starlette reads it: urllib's parse_qsl with blank values kept, bad escapes left as they are,
// bad UTF-8 replaced; of equal names the last value counts.
type query map[string]string

func parseQuery(raw string) query {
	q := query{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		q[unquote(name)] = unquote(value)
	}
	return q
}

func (q query) get(name string) (string, bool) {
	value, ok := q[name]
	return value, ok
}

func unquote(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				out = append(out, b[0])
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}
