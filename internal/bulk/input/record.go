package input

import (
	"bytes"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// rawRecord is one record of the input while it is read and checked: where it stands, its cells as a CSV reader found them, and
// the values that they give the fields. There is one for each pass over the input. All its memory, the texts included, belongs
// to the reader and is overwritten by the next read; what is kept longer is copied.
type rawRecord struct {
	index  int    // ordinal of the row, from 0
	line   int    // physical line on which it begins, from 1
	indent int    // characters before it on that line
	raw    []byte // its text, without the line end
	breaks byte   // what ends a physical line inside raw: '\n', or '\r' in a file with lone carriage returns

	cells  []cell // of CSV
	values [record.FieldCount]value
	key    []byte // of the email, see checker.identify; empty when there is none
	faults []fault

	original func() Original // until the next record
}

// cell is a cell of CSV in offsets from the start of its record, whose bytes may still move in memory while it is read.
type cell struct {
	at         int32 // where it begins, at its opening quote if it has one
	start, end int32 // its text
	flags      flags
}

// value is the text that a record gives for a field.
type value struct {
	text   []byte // as it is sent
	before []byte // what text was before it was converted, with the flag converted
	at     int32  // where it begins in rawRecord.raw; -1 for a constant
	rank   int8   // of the column that gave it, see columnUse
	flags  flags
	given  bool // false leaves the field out
}

// fault is what is wrong with the shape of a record: it makes the row invalid before its values are looked at.
type fault struct {
	at       int
	kind     string
	field    string
	message  string
	severity Severity
	args     []string // see Problem.Args
}

// flags are which checks a text needs, and how it was changed.
type flags uint16

const (
	notASCII  flags = 1 << iota
	control         // C0 other than tab and line ends, or DEL
	ampersand       // & as in HTML
	escaped         // a quoted cell with doubled quotes or backslashes
	broken          // the quotes are wrong, see rawRecord.faults
	unguarded       // the apostrophe of Guard was taken off
	trimmed         // blanks or invisible characters around it were taken off
	nullToken       // it is one of ReadOptions.NullTokens, so the field is left out
	converted       // it was converted to the code that it stands for
	marker          // it stands for no value, see isNullMarker
	notCode         // it is not a code, in a field that holds codes
)

// changed are the flags of a value that is not sent as it stands in the file.
const changed = unguarded | trimmed | nullToken | converted

func (r *rawRecord) fault(at int, kind, message string) {
	r.faults = append(r.faults, fault{at: at, kind: kind, message: message, severity: BadRow})
}

// place returns the line and the column of a byte of raw as an editor shows them: columns count characters, from 1.
func (r *rawRecord) place(at int) (line, column int) {
	before := r.raw[:min(max(at, 0), len(r.raw))]
	last := bytes.LastIndexByte(before, r.breaks)
	if last < 0 {
		return r.line, r.indent + utf8.RuneCount(before) + 1
	}
	return r.line + bytes.Count(before, []byte{r.breaks}), utf8.RuneCount(before[last+1:]) + 1
}

// flagsOf classifies a text that no CSV reader has classified.
func flagsOf(text []byte) flags {
	var found flags
	for _, c := range text {
		switch {
		case c >= utf8.RuneSelf:
			found |= notASCII
		case isControl(c):
			found |= control
		case c == '&':
			found |= ampersand
		}
	}
	return found
}

func isControl(c byte) bool {
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f
}
