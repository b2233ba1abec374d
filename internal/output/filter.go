package output

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// Filter is a --jq expression or a --template. What it makes of the document
// that json would print is printed in its place, all of it or nothing.
type Filter struct {
	// run writes the output for a decoded document to out; with escape, for a terminal, no text of the document
	// can steer that, or begin a line by itself.
	run func(ctx context.Context, doc any, escape bool, out *bytes.Buffer) error
}

// WithContext returns the filter with a context that ends its evaluation, which may not end by itself; nil for no filter.
func (f *Filter) WithContext(ctx context.Context) *Filter {
	if f == nil {
		return nil
	}
	return &Filter{func(_ context.Context, doc any, escape bool, out *bytes.Buffer) error {
		return f.run(ctx, doc, escape, out)
	}}
}

// NewFilter reads a jq expression or a template, and returns nil when both are
// "". now is the clock of timeago. The error says where one goes wrong.
func NewFilter(jq, template string, now func() time.Time) (*Filter, error) {
	switch {
	case jq != "":
		return newJQ(jq)
	case template != "":
		return newTemplate(template, now)
	}
	return nil, nil
}

// filtered collects the json document for the filter.
type filtered struct {
	encoder
	printer *printer
	doc     bytes.Buffer
	out     io.Writer
}

func newFiltered(p *printer, w io.Writer, doc document) encoder {
	e := &filtered{printer: p, out: w}
	e.encoder = newJSON(p, &e.doc, doc)
	return e
}

func (e *filtered) end() ([]string, error) {
	if _, err := e.encoder.end(); err != nil {
		return nil, err
	}
	text, err := e.apply()
	if err != nil {
		return nil, err
	}
	if e.printer.options.Width > 0 {
		text = escapeLines(text)
	}
	_, err = io.WriteString(e.out, text)
	return nil, err
}

// apply returns the output of the filter for the document.
func (e *filtered) apply() (string, error) {
	doc, err := decodeExact(&e.doc)
	if err != nil {
		return "", fmt.Errorf("read the document again: %w", err)
	}
	var text bytes.Buffer
	err = e.printer.options.Filter.run(context.Background(), doc, e.printer.options.Width > 0, &text)
	return text.String(), err
}

// decodeExact decodes a document, with numbers in the spelling of the server.
func decodeExact(r io.Reader) (doc any, err error) {
	dec := json.NewDecoder(r)
	dec.UseNumber()
	err = dec.Decode(&doc)
	return doc, err
}

// escapeValues escapes every text of a decoded document, so that no line end
// of the server's begins a line of the output.
func escapeValues(v any) any {
	switch v := v.(type) {
	case string:
		return Escape(v)
	case []any:
		for i := range v {
			v[i] = escapeValues(v[i])
		}
	case map[string]any:
		escaped := make(map[string]any, len(v))
		for name, value := range v {
			escaped[Escape(name)] = escapeValues(value)
		}
		return escaped
	}
	return v
}

// escapeLines is Escape that leaves line ends and tabs, which a filter makes
// as it pleases.
func escapeLines(text string) string {
	var b strings.Builder
	for text != "" {
		end := strings.IndexAny(text, "\n\t")
		if end < 0 {
			end = len(text)
		}
		b.WriteString(Escape(text[:end]))
		if end < len(text) {
			b.WriteByte(text[end])
			end++
		}
		text = text[end:]
	}
	return b.String()
}
