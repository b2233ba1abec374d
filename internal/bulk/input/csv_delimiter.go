package input

import (
	"bytes"
	"fmt"
	"strings"
)

// findDelimiter takes the delimiter that the user names, or the one with which the header has the most columns whose names are known,
// and of equals the most columns. A first line sep=X decides where the header does not.
func (s *Source) findDelimiter(head []byte) (headScan, error) {
	of := func(d byte) dialect {
		return dialect{delimiter: d, lazy: s.options.LazyQuotes, spaced: !s.options.LazyQuotes && !s.options.Raw}
	}
	hint, hinted := hintedDelimiter(bytes.TrimLeft(head, "\r\n"))
	s.csv.hint = hinted
	if asked := s.options.Delimiter; asked != 0 {
		if asked >= 0x80 || strings.ContainsRune("\"\r\n\x00", asked) {
			return headScan{}, &Error{File: "--delimiter", Msg: fmt.Sprintf("must be one ASCII character, such as ; or \\t (got %q)", asked)}
		}
		return s.scanHead(head, of(byte(asked))), nil
	}
	best, tie := s.scanHead(head, of(',')), byte(0)
	for _, d := range []byte(";\t|") {
		scan := s.scanHead(head, of(d))
		switch better := s.compareScans(scan, best); {
		case better > 0:
			best, tie = scan, 0
		case better == 0 && scan.first.columns > 1:
			tie = d
		}
	}
	if hinted && hint != best.delimiter {
		if scan := s.scanHead(head, of(hint)); best.best.known <= scan.best.known {
			best, tie = scan, 0
		} else {
			s.note("the line sep=%s is wrong: the header is delimited by %s", delimiterName(hint), delimiterName(best.delimiter))
			return best, nil
		}
	}
	switch {
	case hinted:
		s.note("delimiter %s (the line sep= of the file)", delimiterName(best.delimiter))
	case tie != 0:
		return best, s.refuse("the header can be split at %s and at %s; name the delimiter with --delimiter", delimiterName(best.delimiter), delimiterName(tie))
	case best.delimiter != ',':
		s.note("delimiter %s (the header has %d columns with it, %d of them known)", delimiterName(best.delimiter), best.best.columns, best.best.known)
	}
	return best, nil
}

// compareScans returns which of two delimiters splits the header better.
func (s *Source) compareScans(a, b headScan) int {
	if n := len(s.options.Header); n > 0 {
		return btoi(a.first.columns == n) - btoi(b.first.columns == n)
	}
	if a.best.known != b.best.known {
		return a.best.known - b.best.known
	}
	return a.first.columns - b.first.columns
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hintedDelimiter reads the line sep=X that Excel understands at the head of a file.
func hintedDelimiter(head []byte) (byte, bool) {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) > 5 && len(bytes.Trim(line[5:], string(line[4:5]))) == 0 { // Excel adds delimiters
		line = line[:5]
	}
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
