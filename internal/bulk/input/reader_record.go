package input

import (
	"bytes"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// record is one record of the input while it is looked at. All its memory is used again for the next one.
type rawRecord struct {
	index  int    // from 0
	line   int    // physical line on which it begins, from 1
	indent int    // characters before it on that line
	raw    []byte // its text, without the line end
	cells  int    // of CSV
	breaks byte   // what ends a physical line inside raw: '\n', or '\r' in a file with lone carriage returns

	values [record.FieldCount]value
	faults []fault

	original func() Original // until the next record
}

// value is the text that a record gives for a field.
type value struct {
	text  []byte
	at    int32 // where it begins in record.raw, at its opening quote if it has one; -1 for a constant
	flags flags
	given bool // false leaves the field out
}

// fault is what is wrong with the shape of a record: it makes the row invalid before its values are looked at.
type fault struct {
	at       int
	kind     string
	field    string
	message  string
	severity Severity
}

// flags tell which checks a text needs.
type flags uint8

const (
	notASCII  flags = 1 << iota
	control         // C0 other than tab and line ends, or DEL
	escaped         // a quoted cell with doubled quotes
	broken          // the quotes are wrong, see record.faults
	unguarded       // the apostrophe of Guard was taken off
)

func (r *rawRecord) fault(at int, kind, message string) {
	r.faults = append(r.faults, fault{at: at, kind: kind, message: message, severity: BadRow})
}

// place is the line and the column of a byte of raw as an editor shows them: columns count characters, from 1.
func (r *rawRecord) place(at int) (line, column int) {
	before := r.raw[:min(max(at, 0), len(r.raw))]
	last := bytes.LastIndexByte(before, r.breaks)
	if last < 0 {
		return r.line, r.indent + utf8.RuneCount(before) + 1
	}
	return r.line + bytes.Count(before, []byte{r.breaks}), utf8.RuneCount(before[last+1:]) + 1
}

// flagsOf looks at a text that no reader of CSV classified.
func flagsOf(text []byte) flags {
	var found flags
	for _, c := range text {
		switch {
		case c >= utf8.RuneSelf:
			found |= notASCII
		case isControl(c):
			found |= control
		}
	}
	return found
}

func isControl(c byte) bool {
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f
}
