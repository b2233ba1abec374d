package output

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON text is printed with the server's member order and spelling of numbers
// and strings, except that characters which could drive a terminal or hide are
// written as \uXXXX: the same value, made of harmless bytes.

// appendCompact adds src, one JSON value, without white space.
func appendCompact(dst, src []byte) []byte {
	if isCompact(src) {
		return append(dst, src...)
	}
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

// isCompact reports whether src, as servers send it, surely needs no change.
// It is several times as fast as the scan that tells strings from the rest: a
// space between letters or digits can only be inside a string, and so can one
// beside a character that JSON has nowhere else.
func isCompact(src []byte) bool {
	for i := 0; i < len(src); {
		if i+8 <= len(src) {
			n := visibleASCII(binary.LittleEndian.Uint64(src[i:]))
			i += n
			if n == 8 {
				continue
			}
		}
		switch c := src[i]; {
		case c > ' ' && c < 0x7f:
			i++
		case c == ' ' && i > 0 && i+1 < len(src) && spaceIsText(src[i-1], src[i+1]):
			i++
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(src[i:])
			if unclean(r, n) {
				return false
			}
			i += n
		default:
			return false
		}
	}
	return true
}

// visibleASCII is the number of bytes at the low end of x that are printable
// ASCII other than the space. A byte that is not sets its own high bit in one
// of the terms; only bytes above it can do so wrongly.
func visibleASCII(x uint64) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	return bits.TrailingZeros64((x|(x+ones)|(x-ones*'!'))&high) / 8
}

// spaceIsText reports whether a space between two bytes of a JSON text is surely
// inside a string.
func spaceIsText(before, after byte) bool {
	return isWord(before) && isWord(after) || onlyInString(before) || onlyInString(after)
}

// onlyInString reports whether c, beside a space, stands in a string: nothing
// else in JSON begins or ends with it.
func onlyInString(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf || c == '&' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\''
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
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
