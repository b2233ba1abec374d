package input

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// otherEncoding says what to do about bytes that are not UTF-8.
const otherEncoding = "; if the file is from Windows, say --encoding windows-1252"

func isBlank(text []byte) bool {
	return len(text) == 0 || (text[0] <= ' ' || text[0] >= utf8.RuneSelf) && isSpace(text)
}

func isSpace(text []byte) bool { return len(bytes.TrimSpace(text)) == 0 }

// badText says why a text cannot be sent: bytes that have no meaning in the charset, or NUL, on which the server fails.
func badText(text []byte, c charset) string {
	switch {
	case bytes.IndexByte(text, 0) >= 0:
		return "it holds a NUL character"
	case c.name == utf8Name && !utf8.Valid(text):
		return "it is not valid UTF-8" + otherEncoding
	case c.name != utf8Name && bytes.ContainsRune(text, utf8.RuneError):
		return "it holds bytes that have no meaning in " + c.name
	}
	return ""
}

// oddText says what in a text may drive a terminal or reorder what is shown, and is sent all the same.
func oddText(text []byte) string {
	i := bytes.IndexFunc(text, steers)
	if i < 0 {
		return ""
	}
	r, _ := utf8.DecodeRune(text[i:])
	return fmt.Sprintf("it holds %U, a character that steers terminals or the direction of text", r)
}

// steers tells control characters other than tab and line ends, and those that override the direction of text
// (CVE-2021-42574). Joiners and marks of direction stand in honest text.
func steers(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return isControl(byte(r))
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return unicode.IsControl(r)
}

// clip is the beginning of a text, for messages.
func Clip(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
