package output

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
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
	return appendFormatted(dst, src, jsontext.Multiline(false))
}

// appendIndented adds src, one JSON value, whose first line is at depth, with two spaces for each level below it.
func appendIndented(dst, src []byte, depth int) []byte {
	return appendFormatted(dst, src, jsontext.WithIndent("  "), jsontext.WithIndentPrefix(strings.Repeat("  ", depth)))
}

func appendFormatted(dst, src []byte, layout ...jsontext.Options) []byte {
	start := len(dst)
	dst, err := jsontext.AppendFormat(dst, src, append(layout, jsontext.PreserveRawStrings(true),
		jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))...)
	lines := err == nil // else src is no JSON, and stands in dst as it is
	for i := start; i < len(dst); {
		if dst[i] >= ' ' && dst[i] < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(dst[i:])
		if unclean(r, n) && !(lines && r == '\n') {
			text := bytes.Clone(dst[i:])
			return appendEscapes(dst[:i], text, lines)
		}
		i += n
	}
	return dst
}

// appendEscapes adds JSON text with its unclean characters written as \uXXXX and bytes that are not UTF-8 as \ufffd. Line
// ends stay where they are the layout's.
func appendEscapes(dst, text []byte, lines bool) []byte {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if unclean(r, n) && !(lines && r == '\n') {
			dst = appendJSONEscape(dst, r)
		} else {
			dst = append(dst, text[i:i+n]...)
		}
		i += n
	}
	return dst
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

// appendBreak adds a line end and the indent of depth.
func appendBreak(dst []byte, depth int) []byte {
	dst = append(dst, '\n')
	for range depth {
		dst = append(dst, "  "...)
	}
	return dst
}

// unclean reports whether r, read from n bytes, has to be written as \uXXXX.
func unclean(r rune, n int) bool {
	return invisible(r) || r == utf8.RuneError && n == 1
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
	return append(appendEscapes(dst, quoted, false), ": "...)
}
