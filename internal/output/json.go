package output

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/hydracore/hydractl/internal/jsonobject"
)

// jsonLines writes one compact object per line.
type jsonLines struct {
	out    *bufio.Writer
	record recordJSON
	line   []byte
}

func newJSONLines(_ *printer, w io.Writer, _ document) encoder {
	return &jsonLines{out: bufio.NewWriterSize(w, streamBuffer)}
}

func (e *jsonLines) add(v any) error {
	raw, err := e.record.of(v)
	if err != nil {
		return err
	}
	e.line = append(appendCompact(e.line[:0], raw), '\n')
	_, err = e.out.Write(e.line)
	return err
}

func (e *jsonLines) end() ([]string, error) { return nil, e.out.Flush() }

func (e *jsonLines) abort() error { return e.out.Flush() }

// jsonDocument collects one indented document and passes it on when whole.
type jsonDocument struct {
	out    io.Writer
	doc    document
	spool  spool
	record recordJSON
	piece  []byte
}

func newJSON(p *printer, w io.Writer, doc document) encoder {
	return &jsonDocument{out: w, doc: doc, spool: p.newSpool(w)}
}

func (e *jsonDocument) add(v any) error {
	raw, err := e.record.of(v)
	if err != nil {
		return err
	}
	e.piece = e.piece[:0]
	if e.record.count == 1 {
		e.begin()
	} else {
		e.piece = append(e.piece, ',')
	}
	depth := e.depth()
	if depth > 0 {
		e.piece = appendBreak(e.piece, depth)
	}
	e.piece = appendIndented(e.piece, raw, depth)
	_, err = e.spool.Write(e.piece)
	return err
}

// depth is how far the records are indented.
func (e *jsonDocument) depth() int {
	switch e.doc.shape {
	case listing:
		return 2
	case several:
		return 1
	}
	return 0
}

// begin adds what comes before the first record.
func (e *jsonDocument) begin() {
	if e.doc.shape == listing {
		e.piece = appendJSONKey(append(e.piece, "{\n  "...), e.doc.env.Key)
	}
	if e.doc.shape != single {
		e.piece = append(e.piece, '[')
	}
}

func (e *jsonDocument) end() ([]string, error) {
	defer e.spool.close()
	if err := e.finish(); err != nil {
		return nil, err
	}
	if _, err := e.spool.Write(append(e.piece, '\n')); err != nil {
		return nil, err
	}
	return nil, e.spool.copyTo(e.out)
}

// finish leaves what comes after the last record in piece.
func (e *jsonDocument) finish() error {
	e.piece = e.piece[:0]
	if e.doc.shape == single {
		return nil
	}
	if e.record.count == 0 {
		e.begin()
	} else {
		e.piece = appendBreak(e.piece, e.depth()-1)
	}
	e.piece = append(e.piece, ']')
	if e.doc.shape == several {
		return nil
	}
	for _, m := range e.doc.env.members() {
		raw, err := marshal(m.Value)
		if err != nil {
			return fmt.Errorf("encode %s: %w", m.Name, err)
		}
		e.piece = appendJSONKey(append(e.piece, ",\n  "...), m.Name)
		e.piece = appendIndented(e.piece, raw, 1)
	}
	e.piece = append(e.piece, "\n}"...)
	return nil
}

func (e *jsonDocument) abort() error {
	e.spool.close()
	return nil
}

// recordJSON returns the JSON of records. A record that marshals itself is
// asked directly and trusted to return JSON: what the server sent was parsed
// once already, and is neither parsed again nor changed.
type recordJSON struct {
	count int
	text  []byte
}

// rawRecord is a record that keeps the JSON text it was read from, "" when it has none.
type rawRecord interface{ RawJSON() string }

// of is good until the next call.
func (r *recordJSON) of(v any) ([]byte, error) {
	r.count++
	var raw []byte
	var err error
	if kept, ok := v.(rawRecord); ok && kept.RawJSON() != "" {
		r.text = append(r.text[:0], kept.RawJSON()...)
		raw = r.text
	} else {
		raw, err = marshal(v)
	}
	if err != nil {
		return nil, fmt.Errorf("encode record %d: %w", r.count, err)
	}
	return raw, nil
}

func marshal(v any) ([]byte, error) {
	if m, ok := v.(json.Marshaler); ok {
		return m.MarshalJSON()
	}
	return jsonobject.Encode(v)
}

// JSONLine writes v as one line of JSON. Characters that could drive a terminal or hide are written as \uXXXX, so that
// the line is made of visible characters whatever its values hold.
func JSONLine(w io.Writer, v any) error {
	text, err := jsonobject.Encode(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(appendCompact(nil, text), '\n'))
	return err
}
