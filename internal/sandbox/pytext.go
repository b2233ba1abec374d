package sandbox

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText turns the bytes into code points after the rules of json.detect_encoding: by a byte order mark, else by where the
// zero bytes are. UTF-32 is not read.
func decodeText(b []byte) ([]rune, error) {
	zero := func(i int) bool { return i < len(b) && b[i] == 0 }
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return decodeUTF16(b[2:], 0)
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return decodeUTF16(b[2:], 1)
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return decodeUTF8(b[3:])
	case len(b) < 2 || len(b) == 3 || !zero(0) && !zero(1):
		return decodeUTF8(b)
	case zero(0) && zero(1), zero(1) && zero(2) && zero(3):
		return nil, errBadText
	case zero(0):
		return decodeUTF16(b, 1)
	}
	return decodeUTF16(b, 0)
}

func decodeUTF16(b []byte, low int) ([]rune, error) {
	if len(b)%2 != 0 {
		return nil, errBadText
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i < len(b); i += 2 {
		units = append(units, uint16(b[i+low])|uint16(b[i+1-low])<<8)
	}
	return utf16.Decode(units), nil
}

// decodeUTF8 takes encoded surrogates too ("surrogatepass").
func decodeUTF8(b []byte) ([]rune, error) {
	text := make([]rune, 0, len(b))
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			if len(b) < 3 || b[0] != 0xED || b[1]&0xE0 != 0xA0 || b[2]&0xC0 != 0x80 {
				return nil, errBadText
			}
			r, size = 0xD000|rune(b[1]&0x3F)<<6|rune(b[2]&0x3F), 3
		}
		text, b = append(text, r), b[size:]
	}
	return text, nil
}
