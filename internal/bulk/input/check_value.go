package input

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// CheckValue returns what an import warns about in the value of a field: a text that stands for no value, characters that
// steer terminals, damaged text, and a code that is not known. "" is good, and so is a value that is not sent.
func CheckValue(field, text string) string {
	switch control := controlCharacter([]byte(text)); {
	case text == "":
		return ""
	case control != "" && field != "email":
		return control
	case strings.ContainsRune(text, utf8.RuneError):
		return "it holds U+FFFD (\ufffd): the text was damaged before"
	case field != "email" && isNullMarker([]byte(text)):
		return fmt.Sprintf("%q stands for no value and is sent as it is", text)
	}
	return CheckCode(field, text).Message
}
