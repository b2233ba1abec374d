package output

import (
	"bytes"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// compact is the depth that makes appendJSON leave out all white space.
const compact = -1

// appendJSON adds src, one JSON value, indented by two spaces from depth on,
// or compact. Member order and the spelling of numbers and strings stay,
// except that characters which could drive a terminal or hide are written as
// \uXXXX: the same value, made of harmless bytes.
func appendJSON(dst, src []byte, depth int) []byte {
	for i := 0; i < len(src); {
		c := src[i]
		switch c {
		case ' ', '\t', '\n', '\r':
			i++
			continue
		case '"':
			dst, i = appendJSONString(dst, src, i)
			continue
		}
		i++
		if depth == compact {
			dst = append(dst, c)
			continue
		}
		switch c {
		case '{', '[':
			dst = append(dst, c)
			if end := skipSpace(src, i); end < len(src) && src[end] == c+2 { // '}' or ']'
				dst, i = append(dst, src[end]), end+1
				continue
			}
			depth++
			dst = appendBreak(dst, depth)
		case '}', ']':
			depth = max(depth-1, 0)
			dst = append(appendBreak(dst, depth), c)
		case ',':
			dst = appendBreak(append(dst, c), depth)
		case ':':
			dst = append(dst, c, ' ')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func skipSpace(src []byte, i int) int {
	return len(src) - len(bytes.TrimLeft(src[i:], " \t\r\n"))
}

// appendBreak adds a line end and the indent of depth.
func appendBreak(dst []byte, depth int) []byte {
	dst = append(dst, '\n')
	for range depth {
		dst = append(dst, "  "...)
	}
	return dst
}

// appendJSONString adds the string that opens at src[i], and returns the index
// after its closing quote.
func appendJSONString(dst, src []byte, i int) ([]byte, int) {
	start := i
	for i++; i < len(src); {
		switch c := src[i]; {
		case c == '"':
			return append(dst, src[start:i+1]...), i + 1
		case c == '\\':
			i = min(i+2, len(src))
		case c >= 0x20 && c < 0x7f:
			i++
		default:
			r, n := utf8.DecodeRune(src[i:])
			if !invisible(r) && (r != utf8.RuneError || n > 1) {
				i += n
				continue
			}
			dst = appendJSONEscape(append(dst, src[start:i]...), r)
			i += n
			start = i
		}
	}
	return append(dst, src[start:]...), i
}

// appendJSONEscape adds r as \uXXXX, as a surrogate pair above U+FFFF.
func appendJSONEscape(dst []byte, r rune) []byte {
	if r > 0xffff {
		r -= 0x10000
		dst = appendHex(append(dst, `\u`...), 0xd800+r>>10, 4)
		r = 0xdc00 + r&0x3ff
	}
	return appendHex(append(dst, `\u`...), r, 4)
}

// appendJSONKey adds the name of a member and the colon after it.
func appendJSONKey(dst []byte, name string) []byte {
	quoted, _ := jsontext.AppendQuote(nil, name) // fails on bad UTF-8 only, then with U+FFFD for it
	dst, _ = appendJSONString(dst, quoted, 0)
	return append(dst, ": "...)
}
