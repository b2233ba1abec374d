package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth bounds how deep JSON may nest.
const maxDepth = 64

// jsonReader reads objects: one a line in the format jsonl, otherwise an array of them or one after another. In jsonl a
// record that is not JSON spoils its row, since the next one begins at the next line; elsewhere it spoils the file.
type jsonReader struct {
	slidingWindow
	source *Source
	lines  bool
	state  jsonState
	listed bool // format json: the array is in an object, as the API's lists are

	rec      rawRecord
	size     int  // of the record with what follows it, in bytes
	next     int  // line of what follows
	indent   int  // format json: characters before what follows on its line
	complete bool // jsonl: the record has a line end behind it

	dec     *jsontext.Decoder
	input   bytes.Reader
	scratch []byte
	keys    map[string]int // by its JSON text: a field, ignoredColumn, or unknownKey
	mapping []Mapped
}

// jsonState is where the reader of format json stands.
type jsonState int

const (
	atStart    jsonState = iota
	beforeItem           // in the array, behind its bracket
	afterComma           // in the array, where a value is due
	afterItem            // in the array
	inSequence           // no array around the objects
	afterArray
)

func (s *Source) jsonReader(text io.Reader) *jsonReader {
	r := &jsonReader{
		slidingWindow: newWindow(text), source: s, lines: s.Format == FormatJSONL, next: 1,
		dec: jsontext.NewDecoder(bytes.NewReader(nil)), keys: map[string]int{},
	}
	r.rec = rawRecord{index: -1, breaks: '\n', original: func() Original { return Original{JSON: r.rec.raw} }}
	return r
}

func (r *jsonReader) read() (*rawRecord, error) {
	find := r.findItem
	if r.lines {
		find = r.findLine
	}
	if err := find(); err != nil {
		if errors.Is(err, errRecordTooLong) {
			err = r.failf(0, "the record is longer than %s", mebibyte)
		}
		return nil, err
	}
	if len(r.rec.raw) > maxRecordBytes {
		return nil, r.failf(0, "the record is longer than %s", mebibyte)
	}
	r.rec.index++
	r.rec.faults, r.rec.values, r.scratch = r.rec.faults[:0], r.source.preset, r.scratch[:0]
	return &r.rec, r.parse()
}

// findLine finds the next line that is not blank.
func (r *jsonReader) findLine() error {
	for {
		r.skip(r.size)
		r.size, r.rec.line, r.rec.raw = 0, r.next, nil
		end := -1
		for from := 0; end < 0; {
			if i := bytes.IndexByte(r.bytes()[from:], '\n'); i >= 0 {
				end = from + i
				break
			}
			from = len(r.bytes())
			if err := r.more(); errors.Is(err, io.EOF) && from > 0 {
				end = from
			} else if err != nil {
				return err
			}
		}
		r.complete = end < len(r.bytes())
		r.size = min(end+1, len(r.bytes()))
		r.next++
		if r.rec.raw = r.bytes()[:end]; len(bytes.TrimSpace(r.rec.raw)) > 0 {
			return nil
		}
	}
}

// failf places an error at a byte of the record.
func (r *jsonReader) failf(at int, format string, args ...any) error {
	line, column := r.rec.place(at)
	return &InputError{File: r.source.Name, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)}
}
