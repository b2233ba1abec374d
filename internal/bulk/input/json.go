package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/jsonobject"
)

// maxDepth bounds how deep JSON may nest.
const maxDepth = 64

// jsonReader reads objects: one a line in the format jsonl, otherwise an array of them or one after another. In jsonl a
// record that is not JSON spoils its row, since the next one begins at the next line; elsewhere it spoils the file.
type jsonReader struct {
	slidingWindow
	source *Source
	norm   *normalizer
	lines  bool

	array     bool   // format json: the objects are in an array
	head      []byte // where that is in an object, as the lists of APIs are: the text up to the bracket of the array
	morePages bool   // that object says that the list goes on elsewhere

	rec      rawRecord
	size     int  // of the record with what follows it, in bytes
	next     int  // line of what follows
	indent   int  // format json: characters before what follows on its line
	complete bool // jsonl: the record has a line end behind it

	dec     *jsontext.Decoder
	input   bytes.Reader
	scratch []byte
	keys    map[string]columnUse // by its JSON text
	mapping []Mapped
	unknown []unknownKey
}

func (s *Source) jsonReader(text io.Reader, norm *normalizer) *jsonReader {
	r := &jsonReader{
		slidingWindow: newWindow(text), source: s, norm: norm, lines: s.Format == FormatJSONL, next: 1,
		dec: jsontext.NewDecoder(bytes.NewReader(nil)), keys: map[string]columnUse{},
	}
	r.rec = rawRecord{index: -1, breaks: '\n', original: func() Original { return Original{JSON: r.rec.raw} }}
	return r
}

// openJSON recognizes the product by the keys of the first object, and the import that a file of rejects comes from.
func (s *Source) openJSON(head []byte) {
	r := s.jsonReader(bytes.NewReader(head), nil)
	if err := r.find(); err != nil {
		return // Validate reports it with the rest
	}
	members, err := jsonobject.Members(r.rec.raw)
	if err != nil {
		return
	}
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
		inner, _ := jsonobject.Members(m.Value) // none of a value that is no object
		for _, i := range inner {
			names = append(names, m.Name+"."+i.Name)
		}
		if m.Name == importColumn {
			id, _ := jsontext.AppendUnquote(nil, m.Value)
			s.ImportID = string(id)
		}
	}
	s.mapper.recognize(names)
}

func (r *jsonReader) read() (*rawRecord, error) {
	err := r.find()
	if errors.Is(err, errRecordTooLong) || err == nil && len(r.rec.raw) > maxRecordBytes {
		err = r.failf(0, "the record is longer than %s", mebibyte)
	}
	if err != nil {
		return nil, err
	}
	r.rec.index++
	r.rec.faults, r.rec.values, r.rec.key, r.scratch = r.rec.faults[:0], r.source.constants, r.rec.key[:0], r.scratch[:0]
	return &r.rec, r.parse()
}

// find finds the next record.
func (r *jsonReader) find() error {
	if r.lines {
		return r.findLine()
	}
	return r.findItem()
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
	return &Error{File: r.source.Name, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)}
}
