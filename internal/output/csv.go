package output

import (
	"bufio"
	"encoding/csv"
	"io"
)

// csvRows writes the rows of RFC 4180, with LF line ends.
type csvRows[T any] struct {
	out   *bufio.Writer
	csv   *csv.Writer // writes into out, without a buffer of its own
	cells cells[T]
}

func newCSV[T any](p *Printer[T], w io.Writer, _ document[T]) encoder[T] {
	out := bufio.NewWriterSize(w, streamBuffer)
	e := &csvRows[T]{out: out, csv: csv.NewWriter(out), cells: newCells(p)}
	if p.headers {
		_ = e.write(ColumnNames(p.columns)) // a failed write is reported by every later one
	}
	return e
}

func (e *csvRows[T]) add(v T) error { return e.write(e.cells.read(v)) }

func (e *csvRows[T]) write(fields []string) error {
	if len(fields) == 1 && fields[0] == "" {
		_, err := e.out.WriteString("\"\"\n") // readers skip a blank line
		return err
	}
	return e.csv.Write(fields)
}

func (e *csvRows[T]) end() ([]string, error) { return nil, e.out.Flush() }

func (e *csvRows[T]) abort() error { return e.out.Flush() }
