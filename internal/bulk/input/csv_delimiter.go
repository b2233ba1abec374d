package input

import (
	"bytes"
	"fmt"
	"strings"
)

// detectDelimiter takes the delimiter that the user names, or that a first line sep=X does, or the one with which the
// header has the most columns whose names are known, and of equals the most columns.
func (s *Source) detectDelimiter(head []byte, asked rune) error {
	if hint, ok := hintedDelimiter(head); ok {
		s.csv.hint, s.csv.delimiter = true, hint
	}
	switch {
	case asked != 0:
		if asked >= 0x80 || strings.ContainsRune("\"\r\n\x00", asked) {
			return &InputError{File: "--delimiter", Msg: fmt.Sprintf("%q cannot be one; give one ASCII character, such as ; or \\t", asked)}
		}
		s.csv.delimiter = byte(asked)
		return nil
	case s.csv.hint:
		s.note("delimiter %s (the line sep= of the file)", delimiterName(s.csv.delimiter))
		return nil
	}
	best, tie := headerShape{delimiter: ','}, byte(0)
	for _, d := range []byte(",;\t|") {
		switch shape := s.shape(head, d); {
		case shape.known > best.known, shape.known == best.known && shape.columns > best.columns:
			best, tie = shape, 0
		case d != ',' && shape.columns > 1 && shape.known == best.known && shape.columns == best.columns:
			tie = d
		}
	}
	if tie != 0 {
		return s.refuse("the header can be split at %s and at %s; say which with --delimiter",
			delimiterName(best.delimiter), delimiterName(tie))
	}
	s.csv.delimiter = best.delimiter
	if best.delimiter != ',' {
		s.note("delimiter %s (the header has %d columns with it, %d of them known)",
			delimiterName(best.delimiter), best.columns, best.known)
	}
	return nil
}

// headerShape is what a header looks like with some delimiter.
type headerShape struct {
	delimiter      byte
	columns, known int
}

// shape is that of the header; of one that cannot be read it is the part before the error, which will come up again.
func (s *Source) shape(head []byte, delimiter byte) headerShape {
	shape := headerShape{delimiter: delimiter}
	in := newCSVReader(bytes.NewReader(head), s.Name, delimiter, s.options.LazyQuotes)
	if _, err := in.read(); err != nil {
		shape.columns = len(in.extents)
		return shape
	}
	shape.columns = in.columns
	for _, name := range in.cells() {
		if field, _ := s.mapper.column(name); field >= 0 {
			shape.known++
		}
	}
	return shape
}

// hintedDelimiter reads the line sep=X that Excel understands at the head of a file.
func hintedDelimiter(head []byte) (byte, bool) {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) != 5 || !bytes.EqualFold(line[:4], []byte("sep=")) || line[4] >= 0x80 || line[4] == '"' {
		return 0, false
	}
	return line[4], true
}

func delimiterName(d byte) string {
	if d == '\t' {
		return "tab"
	}
	return string(d)
}
