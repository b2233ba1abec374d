package input

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encodings lists what [ReadOptions] takes as Encoding.
func Encodings() []string {
	return []string{
		utf8Name, "utf-16", utf16LEName, utf16BEName, "windows-1250", "windows-1251", "windows-1252", "iso-8859-1",
		"iso-8859-2", "iso-8859-15", "macintosh",
	}
}

const (
	utf8Name    = "utf-8"
	utf16LEName = "utf-16le"
	utf16BEName = "utf-16be"
)

// charset is how the bytes of a file become UTF-8.
type charset struct {
	name string
	mark int // bytes of the byte order mark at the head of the file
}

// decode turns the bytes behind the mark into UTF-8; what has no meaning in the charset becomes U+FFFD, which
// validation refuses.
func (c charset) decode(in io.Reader) io.Reader {
	switch c.name {
	case utf16LEName:
		return transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
	case utf16BEName:
		return transform.NewReader(in, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())
	}
	if table := c.table(); table != nil {
		return table.NewDecoder().Reader(in)
	}
	return in
}

// table is that of a charset with one byte a character, otherwise nil.
func (c charset) table() *charmap.Charmap {
	switch c.name {
	case "windows-1250":
		return charmap.Windows1250
	case "windows-1251":
		return charmap.Windows1251
	case "windows-1252":
		return charmap.Windows1252
	case "iso-8859-1":
		return charmap.ISO8859_1
	case "iso-8859-2":
		return charmap.ISO8859_2
	case "iso-8859-15":
		return charmap.ISO8859_15
	case "macintosh":
		return charmap.Macintosh
	}
	return nil
}

// detectCharset goes by the byte order mark, then by what the user says. It never guesses: without either the file
// has to be UTF-8.
func detectCharset(head []byte, asked string) (charset, error) {
	asked = strings.ToLower(asked)
	if asked != "" && !slices.Contains(Encodings(), asked) {
		return charset{}, fmt.Errorf("the encoding %q is not known; the encodings are %s", asked, strings.Join(Encodings(), ", "))
	}
	found := markedCharset(head)
	switch {
	case found.name == "utf-32":
		return charset{}, fmt.Errorf("the file is UTF-32; save it as UTF-8")
	case found.mark > 0 && asked != "" && asked != found.name && (asked != "utf-16" || found.name == utf8Name):
		return charset{}, fmt.Errorf("the file begins with the byte order mark of %s, so it is not %s", found.name, asked)
	case found.mark > 0:
		return found, nil
	case asked == "utf-16":
		return charset{}, fmt.Errorf("the file has no byte order mark; say --encoding utf-16le (as Windows writes it) or utf-16be")
	case asked != "":
		return charset{name: asked}, nil
	}
	if name := looksLikeUTF16(head); name != "" {
		return charset{}, fmt.Errorf("the file looks like UTF-16 without a byte order mark; say --encoding %s", name)
	}
	return charset{name: utf8Name}, nil
}

// markedCharset is what the byte order mark says; without one the mark is 0 bytes.
func markedCharset(head []byte) charset {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return charset{"utf-32", 4}
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return charset{utf8Name, 3}
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return charset{utf16LEName, 2}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return charset{utf16BEName, 2}
	}
	return charset{}
}

// looksLikeUTF16 tells by the NULs, of which Western text has one in nearly every pair of bytes.
func looksLikeUTF16(head []byte) string {
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	pairs := len(head) / 2
	switch {
	case pairs < 2:
	case zeros[1] > pairs/3 && zeros[0] <= pairs/20:
		return utf16LEName
	case zeros[0] > pairs/3 && zeros[1] <= pairs/20:
		return utf16BEName
	}
	return ""
}
