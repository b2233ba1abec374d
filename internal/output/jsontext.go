package output

import (
	"bytes"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON text is printed with the server's member order and spelling of numbers
// and strings, except that characters which could drive a terminal or hide are
// written as \uXXXX: the same value, made of harmless bytes.

// appendCompact adds src, one JSON value, without white space.
func appendCompact(dst, src []byte) []byte {
	start := 0 // of what is not in dst yet
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == '"':
			end, clean := scanString(src, i)
			if !clean {
				dst = append(dst, src[start:i]...)
				dst = appendCleanString(dst, src[i:end])
				start = end
			}
			i = end
		case c > ' ':
			i++
		default:
			dst = append(dst, src[start:i]...)
			i++
			start = i
		}
	}
	return append(dst, src[start:]...)
}

// appendIndented adds src, one JSON value, whose first line is at depth, with
// two spaces for each level below it.
func appendIndented(dst, src []byte, depth int) []byte {
	for i := 0; i < len(src); {
		c := src[i]
		if c == '"' {
			end, clean := scanString(src, i)
			if clean {
				dst = append(dst, src[i:end]...)
			} else {
				dst = appendCleanString(dst, src[i:end])
			}
			i = end
			continue
		}
		i++
		switch c {
		case ' ', '\t', '\n', '\r':
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

// scanString returns the index after the closing quote of the string that
// opens at src[i], and whether it may be printed as it is.
func scanString(src []byte, i int) (end int, clean bool) {
	clean = true
	for i++; i < len(src); i++ {
		c := src[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			continue
		}
		switch c {
		case '"':
			return i + 1, clean
		case '\\':
			i++
		default:
			r, n := utf8.DecodeRune(src[i:])
			clean = clean && !unclean(r, n)
			i += n - 1
		}
	}
	return len(src), clean
}

// unclean reports whether r, read from n bytes, has to be written as \uXXXX.
func unclean(r rune, n int) bool {
	return invisible(r) || r == utf8.RuneError && n == 1
}

// appendCleanString adds s, a quoted string, with its unclean characters
// written as \uXXXX and bytes that are not UTF-8 as \ufffd.
func appendCleanString(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		if unclean(r, n) {
			dst = appendJSONEscape(dst, r)
		} else {
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return dst
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
	return append(appendCleanString(dst, quoted), ": "...)
}
