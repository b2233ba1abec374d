package output

import (
	"bufio"
	"io"
)

// streamBuffer is how much of a streaming format is held back, in bytes.
const streamBuffer = 64 << 10

// rowLines streams the cells of one record after another: csv, tsv and id.
type rowLines[T any] struct {
	out    *bufio.Writer
	cells  cells[T]
	header []string // nil when there is none, or once it is written
	write  func(fields []string) error
}

func newCSV[T any](p *Printer[T], w io.Writer, _ document[T]) encoder[T] {
	out := bufio.NewWriterSize(w, streamBuffer)
	return &rowLines[T]{out: out, cells: newCells(p), header: p.header(), write: csvWriter(out)}
}

func newTSV[T any](p *Printer[T], w io.Writer, _ document[T]) encoder[T] {
	out := bufio.NewWriterSize(w, streamBuffer)
	return &rowLines[T]{out: out, cells: newCells(p), header: p.header(), write: tsvWriter(out)}
}

func newID[T any](p *Printer[T], w io.Writer, _ document[T]) encoder[T] {
	out := bufio.NewWriterSize(w, streamBuffer)
	e := &rowLines[T]{out: out, cells: newCells(p), write: tsvWriter(out)}
	e.cells.guard = Escape // one line per id, whatever the server sent
	return e
}

func (e *rowLines[T]) add(v T) error {
	if err := e.begin(); err != nil {
		return err
	}
	return e.write(e.cells.read(v))
}

// begin writes the header: before the first row or the end, so that nothing is
// written when the rows fail before the first one.
func (e *rowLines[T]) begin() error {
	header := e.header
	e.header = nil
	if header == nil {
		return nil
	}
	return e.write(header)
}

func (e *rowLines[T]) end() ([]string, error) {
	if err := e.begin(); err != nil {
		return nil, err
	}
	return nil, e.out.Flush()
}

func (e *rowLines[T]) abort() error { return e.out.Flush() }
