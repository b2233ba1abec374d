package lineedit

import (
	"bufio"
	"strings"
	"unicode/utf8"
)

// key is what a person has pressed.
type key int

const (
	keyNone key = iota // one that does nothing here
	keyText            // a character, or what was pasted
	keyEnter
	keyTab
	keyBackspace
	keyDelete
	keyDeleteOrEnd // Ctrl-D
	keyDeleteWord
	keyDeleteBefore
	keyDeleteAfter
	keyLeft
	keyRight
	keyHome
	keyEnd
)

// What terminals send and understand.
const (
	escape     = 0x1b
	pasteEnd   = "\x1b[201~"
	eraseRight = "\x1b[K"
)

// readKey reads a key; text is the character, or at most limit+1 bytes of what was pasted. A byte that is not UTF-8 stays one.
func readKey(in *bufio.Reader, limit int) (k key, text string, err error) {
	r, n, err := in.ReadRune()
	switch {
	case err != nil:
		return keyNone, "", err
	case r == utf8.RuneError && n == 1:
		_ = in.UnreadRune()
		b, err := in.ReadByte()
		return keyText, string([]byte{b}), err
	case r == escape:
		return readSequence(in, limit)
	case r >= ' ' && r != 0x7f:
		return keyText, string(r), nil
	}
	return controlKey(r), "", nil
}

func controlKey(r rune) key {
	switch r {
	case '\r', '\n':
		return keyEnter
	case '\t':
		return keyTab
	case 0x7f, 'H' & 0x1f:
		return keyBackspace
	case 'A' & 0x1f:
		return keyHome
	case 'B' & 0x1f:
		return keyLeft
	case 'D' & 0x1f:
		return keyDeleteOrEnd
	case 'E' & 0x1f:
		return keyEnd
	case 'F' & 0x1f:
		return keyRight
	case 'K' & 0x1f:
		return keyDeleteAfter
	case 'U' & 0x1f:
		return keyDeleteBefore
	case 'W' & 0x1f:
		return keyDeleteWord
	}
	return keyNone
}

// readSequence reads what follows an escape character: "[" or "O", parameters and a letter or "~". An Escape that was pressed by
// itself does nothing.
func readSequence(in *bufio.Reader, limit int) (k key, text string, err error) {
	b, err := in.ReadByte()
	if err != nil {
		return keyNone, "", err
	}
	if b != '[' && b != 'O' {
		return keyNone, "", in.UnreadByte()
	}
	var sequence strings.Builder
	for {
		if b, err = in.ReadByte(); err != nil {
			return keyNone, "", err
		}
		sequence.WriteByte(b)
		if b >= '@' && b <= '~' || sequence.Len() > 16 {
			break
		}
	}
	switch sequence.String() {
	case "C":
		return keyRight, "", nil
	case "D":
		return keyLeft, "", nil
	case "H", "1~", "7~":
		return keyHome, "", nil
	case "F", "4~", "8~":
		return keyEnd, "", nil
	case "3~":
		return keyDelete, "", nil
	case "200~":
		text, err = readPaste(in, limit)
		return keyText, text, err
	}
	return keyNone, "", nil
}

// readPaste reads what is pasted, without the line breaks at its end: Enter is for the person to press.
func readPaste(in *bufio.Reader, limit int) (string, error) {
	var text []byte
	for last := ""; last != pasteEnd; {
		b, err := in.ReadByte()
		if err != nil {
			return "", err
		}
		if len(text) <= limit+len(pasteEnd) {
			text = append(text, b)
		}
		last = (last + string([]byte{b}))[max(0, len(last)+1-len(pasteEnd)):]
	}
	return strings.TrimRight(strings.TrimSuffix(string(text), pasteEnd), "\r\n"), nil
}
