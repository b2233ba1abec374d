package output

import (
	"bufio"
	"io"
)

// tsvRows writes one line per record, cells apart by tabs. Tab, line feed,
// carriage return and backslash inside a cell are written \t, \n, \r and \\,
// as PostgreSQL's COPY does.
type tsvRows[T any] struct {
	out   *bufio.Writer
	cells cells[T]
	line  []byte
}

func newTSV[T any](p *Printer[T], w io.Writer, _ document[T]) encoder[T] {
	e := &tsvRows[T]{out: bufio.NewWriterSize(w, streamBuffer), cells: newCells(p)}
	if p.headers {
		_ = e.write(ColumnNames(p.columns)) // a failed write is reported by every later one
	}
	return e
}

func (e *tsvRows[T]) add(v T) error { return e.write(e.cells.read(v)) }

func (e *tsvRows[T]) write(fields []string) error {
	e.line = e.line[:0]
	for i, field := range fields {
		if i > 0 {
			e.line = append(e.line, '\t')
		}
		e.line = appendTSV(e.line, field)
	}
	e.line = append(e.line, '\n')
	_, err := e.out.Write(e.line)
	return err
}

func (e *tsvRows[T]) end() ([]string, error) { return nil, e.out.Flush() }

func (e *tsvRows[T]) abort() error { return e.out.Flush() }

func appendTSV(dst []byte, field string) []byte {
	for i := range len(field) {
		switch c := field[i]; c {
		case '\t':
			dst = append(dst, `\t`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\\':
			dst = append(dst, `\\`...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// idLines writes the id of every record on a line of its own, escaped so that
// it stays one line.
type idLines[T any] struct {
	out   *bufio.Writer
	cells cells[T]
}

func newID[T any](p *Printer[T], w io.Writer, _ document[T]) encoder[T] {
	e := &idLines[T]{out: bufio.NewWriterSize(w, streamBuffer), cells: newCells(p)}
	e.cells.guard = Escape
	return e
}

func (e *idLines[T]) add(v T) error {
	_, err := e.out.WriteString(e.cells.read(v)[0] + "\n")
	return err
}

func (e *idLines[T]) end() ([]string, error) { return nil, e.out.Flush() }

func (e *idLines[T]) abort() error { return e.out.Flush() }
