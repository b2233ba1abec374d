package output

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"
)

// streamBuffer is how much of a streaming format is held back, in bytes.
const streamBuffer = 64 << 10

// rowLines streams the cells of one record after another: csv, tsv and id.
type rowLines struct {
	out    *bufio.Writer
	cells  cells
	header []string // nil when there is none, or once it is written
	write  func(fields []string) error
}

func newCSV(p *printer, w io.Writer, _ document) encoder {
	out := bufio.NewWriterSize(w, streamBuffer)
	return &rowLines{out: out, cells: newCells(p), header: p.header(), write: csvWriter(out)}
}

func newTSV(p *printer, w io.Writer, _ document) encoder {
	out := bufio.NewWriterSize(w, streamBuffer)
	return &rowLines{out: out, cells: newCells(p), header: p.header(), write: tsvWriter(out)}
}

func newID(p *printer, w io.Writer, _ document) encoder {
	out := bufio.NewWriterSize(w, streamBuffer)
	e := &rowLines{out: out, cells: newCells(p), write: tsvWriter(out)}
	e.cells.guard = Escape // one line per id, whatever the server sent
	return e
}

func (e *rowLines) add(v any) error {
	if err := e.begin(); err != nil {
		return err
	}
	return e.write(e.cells.read(v))
}

// begin writes the header: before the first row or the end, so that nothing is
// written when the rows fail before the first one.
func (e *rowLines) begin() error {
	header := e.header
	e.header = nil
	if header == nil {
		return nil
	}
	return e.write(header)
}

func (e *rowLines) end() ([]string, error) {
	if err := e.begin(); err != nil {
		return nil, err
	}
	return nil, e.out.Flush()
}

func (e *rowLines) abort() error { return e.out.Flush() }

// cells reads the attributes of one record after another as text for csv, tsv
// and id. The slice it hands out is used again for the next record.
type cells struct {
	columns []column
	text    formatter
	guard   func(string) string // changes every cell that needs it; nil for none
	buf     []byte
	ends    []int
	fields  []string
}

// newCells reads the columns of p, raw for a pipe and guarded where the printer
// has a Guard. On a terminal they are escaped, so that a look at the data cannot
// drive it.
func newCells(p *printer) cells {
	c := cells{
		columns: p.columns, text: p.text, guard: p.options.Guard,
		ends: make([]int, len(p.columns)), fields: make([]string, len(p.columns)),
	}
	if p.options.Width > 0 {
		c.guard = Escape
	}
	return c
}

// header is the header line of csv and tsv, nil for none.
func (p *printer) header() []string {
	if p.options.NoHeaders {
		return nil
	}
	return ColumnNames(p.columns)
}

// read returns the cells of v. All of them share one string, which costs one
// allocation instead of one per cell.
func (c *cells) read(v any) []string {
	c.buf = c.buf[:0]
	for i := range c.columns {
		c.buf = c.text.append(c.buf, c.columns[i].Value(v))
		c.ends[i] = len(c.buf)
	}
	all, start := string(c.buf), 0
	for i, end := range c.ends {
		c.fields[i] = all[start:end]
		if c.guard != nil {
			c.fields[i] = c.guard(c.fields[i])
		}
		start = end
	}
	return c.fields
}

// csvWriter writes the rows of RFC 4180, with LF line ends.
func csvWriter(out *bufio.Writer) func([]string) error {
	w := csv.NewWriter(out) // takes a bufio.Writer over as its own buffer
	return func(fields []string) error {
		if len(fields) == 1 && fields[0] == "" {
			_, err := out.WriteString("\"\"\n") // readers skip a blank line
			return err
		}
		return w.Write(fields)
	}
}

// tsvWriter writes rows with a tab between the cells. Tab, line feed, carriage
// return and backslash inside a cell are written \t, \n, \r and \\, as
// PostgreSQL's COPY does.
func tsvWriter(out *bufio.Writer) func([]string) error {
	escape := strings.NewReplacer("\t", `\t`, "\n", `\n`, "\r", `\r`, `\`, `\\`)
	var line []byte
	return func(fields []string) error {
		line = line[:0]
		for i, field := range fields {
			if i > 0 {
				line = append(line, '\t')
			}
			if strings.ContainsAny(field, "\t\n\r\\") {
				field = escape.Replace(field)
			}
			line = append(line, field...)
		}
		_, err := out.Write(append(line, '\n'))
		return err
	}
}
