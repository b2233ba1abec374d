package input

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

const (
	utf8Name    = "utf-8"
	utf16LEName = "utf-16le"
	utf16BEName = "utf-16be"

	// EncodingHelp names the values of [ReadOptions].Encoding.
	EncodingHelp = "utf-8, utf-16, windows-1252, iso-8859-15, macintosh, cp850, shift_jis, gbk or any other of the WHATWG list"
)

// charset is how the bytes of a file become UTF-8.
type charset struct {
	name  string
	mark  int               // bytes of the byte order mark at the head of the file
	table encoding.Encoding // nil for UTF-8
}

// decode turns the bytes behind the mark into UTF-8; what has no meaning in the charset becomes U+FFFD, which
// validation refuses.
func (c charset) decode(in io.Reader) io.Reader {
	if c.table == nil {
		return in
	}
	return c.table.NewDecoder().Reader(in)
}

// oneByte is the table of a charset that has one byte for a character, otherwise nil.
func (c charset) oneByte() *charmap.Charmap {
	table, _ := c.table.(*charmap.Charmap)
	return table
}

// namedCharset finds an encoding by its name: those of the WHATWG (htmlindex), and the code pages of DOS as cp850 or ibm850.
func namedCharset(name string) (charset, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "utf8", utf8Name:
		return charset{name: utf8Name}, nil
	case utf16LEName, "utf-16":
		return charset{name: utf16LEName, table: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, nil
	case utf16BEName:
		return charset{name: utf16BEName, table: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, nil
	case "iso-8859-1": // the WHATWG takes it for windows-1252
		return charset{name: name, table: charmap.ISO8859_1}, nil
	case "replacement", "x-user-defined":
		return charset{}, unknownEncoding(name)
	}
	for _, prefix := range []string{"cp", "ibm", "dos"} {
		page, found := strings.CutPrefix(name, prefix)
		if table := codePage(strings.TrimLeft(page, "-_ ")); found && table != nil {
			return charset{name: "cp" + page, table: table}, nil
		}
	}
	table, err := htmlindex.Get(name)
	if err != nil {
		return charset{}, unknownEncoding(name)
	}
	if canonical, err := htmlindex.Name(table); err == nil {
		name = canonical
	}
	return charset{name: name, table: table}, nil
}

// codePage is the code page of DOS with that number, or nil.
func codePage(number string) encoding.Encoding {
	for _, e := range charmap.All {
		if fmt.Sprint(e) == "IBM Code Page "+number {
			return e
		}
	}
	return nil
}

func unknownEncoding(name string) error {
	return fmt.Errorf("unknown encoding %q; the encodings are %s, and the code pages of DOS such as cp437 and cp850; "+
		"any other: iconv -f %s -t UTF-8 FILE > utf8.csv", name, EncodingHelp, strings.ToUpper(name))
}

// detectCharset goes by the byte order mark, then by what the user says. It never guesses: without either the file
// has to be UTF-8.
func detectCharset(head []byte, asked string) (charset, error) {
	var named charset
	if asked != "" {
		var err error
		if named, err = namedCharset(asked); err != nil {
			return charset{}, err
		}
	}
	found, err := markedCharset(head)
	isUTF16 := strings.EqualFold(strings.TrimSpace(asked), "utf-16")
	switch {
	case err != nil:
		return charset{}, err
	case found.mark > 0 && asked != "" && named.name != found.name && (!isUTF16 || found.name == utf8Name):
		return charset{}, fmt.Errorf("the file begins with the byte order mark of %s, so it is not %s; leave --encoding out", found.name, named.name)
	case found.mark > 0:
		return found, nil
	case isUTF16:
		return charset{}, fmt.Errorf("the file has no byte order mark; use --encoding utf-16le (as Windows writes it) or utf-16be")
	case named.oneByte() != nil && isMultibyteUTF8(head):
		return charset{}, fmt.Errorf("the file is UTF-8, not %s; leave --encoding out", named.name)
	case asked != "":
		return named, nil
	}
	if name := looksLikeUTF16(head); name != "" {
		return charset{}, fmt.Errorf("the file looks like UTF-16 without a byte order mark; use --encoding %s", name)
	}
	if bytes.Contains(head, []byte("\x1b$B")) || bytes.Contains(head, []byte("\x1b$@")) {
		return charset{}, fmt.Errorf("the file looks like ISO-2022-JP; use --encoding iso-2022-jp")
	}
	return charset{name: utf8Name}, nil
}

// isMultibyteUTF8 reports whether text is UTF-8 with characters of several bytes; the last one may be cut off.
func isMultibyteUTF8(text []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(text); cut++ {
		part := text[:len(text)-cut]
		if utf8.Valid(part) {
			return utf8.RuneCount(part) < len(part)
		}
	}
	return false
}

// markedCharset is what the byte order mark says; without one the mark is 0 bytes.
func markedCharset(head []byte) (charset, error) {
	if bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")) {
		return charset{}, fmt.Errorf("the file is UTF-32; save it as UTF-8")
	}
	for mark, name := range map[string]string{"\xef\xbb\xbf": utf8Name, "\xff\xfe": utf16LEName, "\xfe\xff": utf16BEName} {
		if bytes.HasPrefix(head, []byte(mark)) {
			c, err := namedCharset(name)
			c.mark = len(mark)
			return c, err
		}
	}
	return charset{}, nil
}

// looksLikeUTF16 goes by the NULs, of which Western text has one in nearly every pair of bytes.
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
