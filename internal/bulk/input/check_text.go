package input

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const (
	kindBadText = "bad_text"
	// KindNullMarker is the kind of a text that stands for no value.
	KindNullMarker = "null_marker"

	kindReplacement = "replacement_character"
)

// isNullMarker reports whether a text is what programs write for no value at all, or for one that they cannot write.
func isNullMarker(text []byte) bool {
	switch text[0] { // every cell comes here
	case '#', '-', '?', '\\', '(', '<', '[', 'N', 'n', 'S', 'u':
	default:
		return false
	}
	if last := text[len(text)-1]; text[0] == '#' && len(text) <= 24 && (last == '!' || last == '?') && bytes.Equal(text, bytes.ToUpper(text)) {
		return true // #REF! and the other errors of spreadsheets, in any language
	}
	for _, marker := range [...]string{
		`\N`, "NULL", "(null)", "<null>", "[null]", "nil", "none", "N/A", "-", "--", "?", "undefined", "NaN", "NaT", "<NA>", "[object Object]", "System.Object[]",
		"#N/A", "#N/D", "#NV", "#N/B", "#I/T", "#YOK", "#HIÁNYZIK", "#Н/Д", // of Excel in English, French, German, Dutch, Danish, Turkish, Hungarian, Russian
	} {
		if len(marker) == len(text) && strings.EqualFold(marker, string(text)) {
			return true
		}
	}
	return false
}

func nullMarkerMessage(text string) string {
	return fmt.Sprintf("%q looks like a missing value and is sent as it is; --null-token %s treats such cells as empty", text, text)
}

// badText says why a text cannot be sent: bytes that have no meaning in the charset, or NUL, on which the server fails.
func badText(text []byte, c charset) string {
	switch {
	case bytes.IndexByte(text, 0) >= 0:
		return "it contains a NUL character"
	case c.name == utf8Name && !utf8.Valid(text):
		return "it is not valid UTF-8"
	case c.name != utf8Name && bytes.ContainsRune(text, utf8.RuneError):
		return "it contains bytes that have no meaning in " + c.name
	}
	return ""
}

// controlCharacter names what in a text may drive a terminal or reorder what is shown, and is sent all the same.
func controlCharacter(text []byte) string {
	i := bytes.IndexFunc(text, isControlRune)
	if i < 0 {
		return ""
	}
	r, _ := utf8.DecodeRune(text[i:])
	return fmt.Sprintf("it contains %U, a character that controls terminals or the direction of text", r)
}

// isControlRune recognizes control characters other than tab and line ends, and those that override the direction of text
// (CVE-2021-42574). Joiners and marks of direction stand in honest text.
func isControlRune(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return isControl(byte(r))
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return unicode.IsControl(r)
}

// Clip is the beginning of a text, for messages.
func Clip(text string) string { return ClipTo(text, 200) }

// ClipTo is the beginning of a text of so many bytes.
func ClipTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// doubleEncoded recognizes UTF-8 that was read as Western European and saved as UTF-8 again; "" for other texts.
func doubleEncoded(text []byte) string {
	if !bytes.Contains(text, []byte("\u00c3")) && !bytes.Contains(text, []byte("\u00c2")) {
		return ""
	}
	once, err := charmap.Windows1252.NewEncoder().Bytes(text)
	if err != nil || !utf8.Valid(once) || bytes.Equal(once, text) {
		return ""
	}
	return fmt.Sprintf("it reads like text that was decoded with the wrong encoding and saved again: %q in place of %q", Clip(string(text)), Clip(string(once)))
}

// htmlText recognizes text that was escaped for a web page, as in "M&uuml;ller &amp; Co"; "" for other texts.
func htmlText(text []byte) string {
	shown := string(text)
	_, behind, found := strings.Cut(shown, "&")
	if plain := html.UnescapeString(shown); found && strings.Contains(behind, ";") && plain != shown {
		return fmt.Sprintf("it reads like text that was escaped for a web page: %q in place of %q", Clip(shown), Clip(plain))
	}
	return ""
}

// CheckValue returns what an import warns about in the value of a field: a text that stands for no value, characters that
// steer terminals, damaged text, and a code that is not known. "" is good, and so is a value that is not sent.
func CheckValue(field, text string) string {
	switch control := controlCharacter([]byte(text)); {
	case text == "":
		return ""
	case control != "" && field != "email":
		return control
	case strings.ContainsRune(text, utf8.RuneError):
		return "it contains U+FFFD (\ufffd): the text was damaged before"
	case field != "email" && isNullMarker([]byte(text)):
		return fmt.Sprintf("%q looks like a missing value and is sent as it is", text)
	}
	return cmp.Or(htmlText([]byte(text)), CheckCode(field, text).Message)
}
