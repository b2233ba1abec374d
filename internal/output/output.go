// Package output prints records and notes: one list of formats for data on
// stdout, and short lines about it on stderr.
//
// Data is complete and valid or absent. Formats that are one document (json,
// yaml, table) reach the writer only after the last record; formats of one
// record per line (jsonl, csv, tsv, id) stream, and stop after a whole line.
package output

import (
	"io"
	"iter"
	"time"
)

// Options says how to print. The zero value is a table for a pipe.
type Options struct {
	Format     string   // one of the names of Formats; "" is table
	Preferred  bool     // Format is a setting for all commands: one that cannot have it prints a table
	Columns    []string // values of --columns as typed: "a,b", "+a", "*"
	NoHeaders  bool     // leave the header line of table, wide, csv and tsv out
	NoTruncate bool     // never cut or drop a table's columns
	Time       string   // one of TimeModes; "" is raw in csv and tsv, relative on a terminal, else utc
	// Now is the clock of relative times, asked for each of them: what is printed may have come long after the command began.
	// nil is the system's.
	Now func() time.Time
	// Keep names the columns that a narrow terminal drops last, as those that the list is sorted by.
	Keep []string
	// Widths are the least widths of a table's columns by name, and grow with it: a table that is printed again keeps its
	// shape. nil is none.
	Widths map[string]int
	Width  int     // columns of the terminal; 0 when stdout is not one
	Color  bool    // colour tables and detail views
	ASCII  bool    // draw bars with #: the output cannot be expected to show blocks
	Filter *Filter // takes the json document in; Format does not count then
	// Guard changes the cells of csv and tsv that a program which opens them would run; nil for none. A terminal gets
	// escaped cells instead.
	Guard func(string) string
	// Direct says that the writer itself shows nothing before the end, as a file does that is renamed when it is whole:
	// documents need not be held until then.
	Direct bool
	// Stream prints the rows of a table as they come, with the widths that the first hundred need.
	Stream bool
}

// Printer prints records of one type in one format. It holds no state between
// calls.
type Printer[T any] struct{ *printer }

// printer is a Printer without the type of the records: it gets a pointer to
// each, so that the encoders are compiled once and not for every type.
type printer struct {
	options Options
	format  encoding
	columns []column
	text    formatter
	fit     int  // columns a table may use, 0 for no limit
	all     bool // no column is left out
	painter
}

// Result is what a call has printed.
type Result struct {
	// Rows counts the records encoded. After an error in a streaming format
	// that many lines were passed on; in the other formats nothing was.
	Rows int
	// Hidden holds the titles of the table's columns that the terminal had
	// no room for, the one that matters most first.
	Hidden []string
}

// New checks the options against the columns, before anything is fetched. The
// error is that of a flag which cannot be obeyed.
func New[T any](o Options, cols []Column[T]) (*Printer[T], error) {
	p, err := newPrinter(o, erase(cols))
	if err != nil {
		return nil, err
	}
	return &Printer[T]{p}, nil
}

func newPrinter(o Options, cols []column) (*printer, error) {
	if o.Filter != nil {
		o.Format = "json"
	}
	format, err := findEncoding(o, cols)
	if err != nil {
		return nil, err
	}
	if o.Filter != nil {
		format.open = newFiltered
	}
	selected, err := selectColumns(format.Format, o.Columns, cols)
	if err != nil {
		return nil, err
	}
	text, err := newFormatter(o, format.Format)
	if err != nil {
		return nil, err
	}
	p := &printer{options: o, format: format, columns: selected, text: text, fit: o.Width, painter: painter(o.Color)}
	if p.all = o.NoTruncate || format.Name == "wide"; p.all {
		p.fit = 0
	}
	return p, nil
}

// Format is the format the printer was made for.
func (p *printer) Format() Format { return p.format.Format }

// Holds reports whether the rows are in memory until the last one is known.
func (p *printer) Holds() bool {
	return p.format.Human && !p.options.Stream || p.format.Name == "yaml"
}

// List prints rows as one listing; json and yaml wrap them in env. An error of
// the sequence is returned as it is, a failed write as *WriteError.
func (p *Printer[T]) List(w io.Writer, rows iter.Seq2[T, error], env Envelope) (Result, error) {
	return p.print(w, pointers(rows), document{shape: listing, env: env})
}

// Item prints one record. The formats for people show its detail view, or one row of
// a table when detail is nil or --columns was given.
func (p *Printer[T]) Item(w io.Writer, v T, detail func(T) []Section) error {
	one := func(yield func(any, error) bool) { yield(&v, nil) }
	_, err := p.print(w, one, document{shape: single, detail: detailOf(detail)})
	return err
}

// Items prints several records that were asked for by name: a bare array in
// json and yaml, their detail views one under another for people.
func (p *Printer[T]) Items(w io.Writer, rows iter.Seq2[T, error], detail func(T) []Section) (Result, error) {
	return p.print(w, pointers(rows), document{shape: several, detail: detailOf(detail)})
}

// pointers yields a pointer to each record, good until the next.
func pointers[T any](rows iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		var current T // one for all, so that a record costs no allocation
		for v, err := range rows {
			current = v
			if !yield(&current, err) {
				return
			}
		}
	}
}

func detailOf[T any](detail func(T) []Section) func(any) []Section {
	if detail == nil {
		return nil
	}
	return func(record any) []Section { return detail(recordOf[T](record)) }
}

func (p *printer) print(w io.Writer, records iter.Seq2[any, error], doc document) (Result, error) {
	var res Result
	enc := p.format.open(p, dataWriter{w}, doc)
	for v, err := range records {
		if err != nil {
			return res, joinAbort(err, enc.abort())
		}
		if err := enc.add(v); err != nil {
			return res, joinAbort(err, enc.abort())
		}
		res.Rows++
	}
	var err error
	res.Hidden, err = enc.end()
	return res, err
}
