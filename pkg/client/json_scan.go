package client

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
)

// skipString steps over a string, whose quote comes next, and makes sure of its escapes.
func (r *reader) skipString() error {
	if r.next >= len(r.text) || r.text[r.next] != '"' {
		return errNotJSON
	}
	for r.next++; ; {
		r.next += plain(r.text[r.next:])
		if r.next >= len(r.text) {
			return errNotJSON
		}
		switch b := r.text[r.next]; {
		case b == '"':
			r.next++
			return nil
		case b != '\\' || !r.skipEscape():
			return errNotJSON
		}
	}
}

// plain is how many bytes come before a quote, a backslash or a control character: eight at a time. A byte that is one of
// them sets its own high bit in one of the terms; only bytes above it can do so wrongly.
func plain(text []byte) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(text); i += 8 {
		x := binary.LittleEndian.Uint64(text[i:])
		quote, backslash := x^(ones*'"'), x^(ones*'\\')
		found := ((quote-ones)&^quote | (backslash-ones)&^backslash | (x-ones*' ')&^x) & high
		if found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(text); i++ {
		if b := text[i]; b == '"' || b == '\\' || b < ' ' {
			break
		}
	}
	return i
}

// skipEscape steps over a backslash and what belongs to it. A surrogate comes with its other half or not at all.
func (r *reader) skipEscape() bool {
	if r.next+1 >= len(r.text) {
		return false
	}
	switch r.text[r.next+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		r.next += 2
		return true
	}
	unit, ok := r.unit()
	if !ok || !utf16.IsSurrogate(unit) {
		return ok
	}
	low, ok := r.unit()
	return ok && utf16.DecodeRune(unit, low) != '\ufffd'
}

// unit reads \uXXXX.
func (r *reader) unit() (rune, bool) {
	const length = len(`\uXXXX`)
	if len(r.text)-r.next < length || r.text[r.next] != '\\' || r.text[r.next+1] != 'u' {
		return 0, false
	}
	unit := rune(0)
	for _, b := range r.text[r.next+2 : r.next+length] {
		switch {
		case b >= '0' && b <= '9':
			unit = unit<<4 | rune(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			unit = unit<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	r.next += length
	return unit, true
}

func (r *reader) skipWord(word string) error {
	if len(r.text)-r.next < len(word) || string(r.text[r.next:r.next+len(word)]) != word {
		return errNotJSON
	}
	r.next += len(word)
	return nil
}

// skipNumber steps over a number (RFC 8259, 6).
func (r *reader) skipNumber() error {
	r.skipIf("-", "-")
	ok := r.skipIf("0", "0") || r.skipDigits()
	if r.skipIf(".", ".") {
		ok = r.skipDigits() && ok
	}
	if r.skipIf("e", "E") {
		_ = r.skipIf("+", "-")
		ok = r.skipDigits() && ok
	}
	if !ok {
		return errNotJSON
	}
	return nil
}

// skipIf steps over a byte that is one of two.
func (r *reader) skipIf(a, b string) bool {
	if r.next < len(r.text) && (r.text[r.next] == a[0] || r.text[r.next] == b[0]) {
		r.next++
		return true
	}
	return false
}

// skipDigits steps over digits, and reports whether there was one.
func (r *reader) skipDigits() bool {
	start := r.next
	for r.next < len(r.text) && r.text[r.next] >= '0' && r.text[r.next] <= '9' {
		r.next++
	}
	return r.next > start
}
