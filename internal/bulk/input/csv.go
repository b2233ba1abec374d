package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// csvReader reads CSV (RFC 4180) record by record. It is stricter than encoding/csv and says more: every record and
// cell knows its place, a record is bounded, lone carriage returns may end lines, and a wrong quote spoils one row
// when it is certain where that row ends, and the file when it is not.
type csvReader struct {
	slidingWindow
	class     [256]class
	file      string // for errors
	dialect   dialect
	columns   int // cells of the header; 0 until it is read
	rec       rawRecord
	scratch   []byte
	size      int  // of the record with its line end, in bytes
	next      int  // line on which the next record begins
	multiline bool // the record has a line end inside quotes
	complete  bool // the record has a line end behind it
}

// dialect is the kind of CSV that a file is written in.
type dialect struct {
	delimiter byte
	lazy      bool // take wrong quotes as text, as LazyQuotes of encoding/csv
	backslash bool // quotes inside cells are escaped by backslashes, as MySQL does
	spaced    bool // a quoted cell may have blanks around its quotes
	unquoted  bool // quotes are text
	escapes   bool // \t, \n, \r and \\ stand for tab, line ends and backslash, where quotes are text
}

// class is what a byte means to the reader: flags of the text that holds it, or where something ends.
type class uint8

const (
	isQuote class = 1 << (iota + 4) // above the flags
	isDelimiter
	isLineFeed
	isReturn

	stops     = isQuote // classes from here on end a cell, or may
	flagClass = stops - 1
)

func newCSVReader(in io.Reader, file string, d dialect) *csvReader {
	r := &csvReader{slidingWindow: newWindow(in), file: file, dialect: d, next: 1}
	r.rec = rawRecord{index: -1, breaks: '\n', original: func() Original { return Original{Cells: r.cells()} }}
	for c := range r.class {
		switch b := byte(c); {
		case b == d.delimiter:
			r.class[c] = isDelimiter
		case b == '"' && !d.unquoted:
			r.class[c] = isQuote
		case b == '\\' && d.escapes:
			r.class[c] = class(escaped)
		case b == '\n':
			r.class[c] = isLineFeed
		case b == '\r':
			r.class[c] = isReturn
		case b >= 0x80:
			r.class[c] = class(notASCII)
		case isControl(b):
			r.class[c] = class(control)
		case b == '&':
			r.class[c] = class(ampersand)
		}
	}
	return r
}

// read returns the next record, good until the next call; blank lines are skipped. The first one is the header. The error is io.EOF
// at the end of the file, an *Error where the rest cannot be read.
func (r *csvReader) read() (*rawRecord, error) {
	for {
		if err := r.scan(); err != nil {
			return nil, err
		}
		if len(r.rec.raw) == 0 {
			continue
		}
		if len(r.rec.raw) > maxRecordBytes {
			return nil, r.explain(&r.rec.cells[0], errRecordTooLong)
		}
		if err := r.resync(); err != nil {
			return nil, err
		}
		if r.columns == 0 {
			r.columns = len(r.rec.cells)
		}
		return &r.rec, nil
	}
}

// skipLines goes to the physical line, from 1; io.EOF when the file has fewer.
func (r *csvReader) skipLines(line int) error {
	for r.next < line {
		if len(r.bytes()) == 0 {
			if err := r.more(); err != nil {
				return err
			}
		}
		w := r.bytes()
		end := bytes.IndexAny(w, "\r\n")
		switch {
		case end < 0:
			r.skip(len(w))
			continue
		case w[end] == '\r' && end+1 == len(w):
			if err := r.more(); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			w = r.bytes()
		}
		if w[end] == '\r' && end+1 < len(w) && w[end+1] == '\n' {
			end++
		}
		r.skip(end + 1)
		r.next++
	}
	return nil
}

// scan finds the cells of the next record.
func (r *csvReader) scan() error {
	r.skip(r.size)
	r.size, r.multiline, r.complete = 0, false, false
	r.rec.cells, r.rec.faults, r.scratch, r.rec.line = r.rec.cells[:0], r.rec.faults[:0], r.scratch[:0], r.next
	if len(r.bytes()) == 0 {
		if err := r.more(); err != nil {
			return err
		}
	}
	for at := 0; ; {
		next, done := r.scanPlainCells(at)
		if done {
			return nil
		}
		at = next
		if len(r.rec.cells) == maxColumns {
			return r.failf(r.rec.line, 0, "there are more than %d columns", maxColumns)
		}
		r.rec.cells = append(r.rec.cells, cell{at: int32(at), start: int32(at)})
		stop, err := r.scanCell(&r.rec.cells[len(r.rec.cells)-1], at)
		if err != nil {
			return err
		}
		if r.stopsRecord(stop) {
			return nil
		}
		at = stop + 1
	}
}

// scanPlainCells is the short way through cells of plain ASCII that are in memory to their end: it returns the offset of the first
// cell that is something else, or done at the end of the record. Without it a dry run takes a quarter more CPU.
func (r *csvReader) scanPlainCells(at int) (next int, done bool) {
	w := r.bytes()
	for i := at; i < len(w); i++ {
		k := r.class[w[i]]
		if k == 0 {
			continue
		}
		isEnd := k == isLineFeed || k == isReturn && i+1 < len(w) && w[i+1] == '\n'
		if k != isDelimiter && !isEnd || i-at > maxCellBytes || len(r.rec.cells) == maxColumns {
			return at, false
		}
		r.rec.cells = append(r.rec.cells, cell{at: int32(at), start: int32(at), end: int32(i)})
		if isEnd {
			return i, r.stopsRecord(i)
		}
		at = i + 1
	}
	return at, false
}

// stopsRecord reports whether the record ends at the offset, and if so notes how much there is of it.
func (r *csvReader) stopsRecord(stop int) bool {
	if w := r.bytes(); stop < len(w) {
		if w[stop] == r.dialect.delimiter {
			return false
		}
		r.complete = true
		r.size = stop + 1
		if w[stop] == '\r' && stop+1 < len(w) && w[stop+1] == '\n' {
			r.size++
		}
	} else {
		r.size = stop
	}
	r.rec.raw = r.bytes()[:stop]
	r.next = r.rec.line + 1
	if r.multiline {
		r.next += bytes.Count(r.rec.raw, []byte{r.rec.breaks})
	}
	return true
}

// scanCell finds the end of a cell: stop is the offset of the delimiter, of the line end or of the end of the file.
func (r *csvReader) scanCell(c *cell, at int) (stop int, err error) {
	first, err := r.peek(at)
	if err != nil {
		return 0, r.explain(c, err)
	}
	if first == isQuote {
		return r.scanQuoted(c, at+1)
	}
	if r.dialect.spaced && at < len(r.bytes()) && r.bytes()[at] == ' ' {
		quote, err := r.skipBlanks(at)
		if err != nil {
			return 0, r.explain(c, err)
		}
		if k, err := r.peek(quote); err != nil {
			return 0, r.explain(c, err)
		} else if k == isQuote {
			c.flags |= trimmed
			c.start = int32(quote)
			return r.scanQuoted(c, quote+1)
		}
	}
	return r.scanPlain(c, at)
}

// skipBlanks returns the offset of the first byte from i on that is no blank, or of the end of the file.
func (r *csvReader) skipBlanks(i int) (int, error) {
	for {
		k, err := r.peek(i)
		if err != nil || k != 0 || i >= len(r.bytes()) || r.bytes()[i] != ' ' {
			return i, err
		}
		i++
	}
}

// scanPlain goes on at i in a cell without quotes around it, or behind a closing quote that did not end its cell.
func (r *csvReader) scanPlain(c *cell, i int) (stop int, err error) {
	var seen class
	for {
		w := r.bytes()
		var k class
		for i < len(w) {
			if k = r.class[w[i]]; k >= stops {
				break
			}
			seen |= k
			i++
		}
		switch {
		case i == len(w):
			if err = r.more(); err == nil {
				continue
			}
			if !errors.Is(err, io.EOF) {
				return 0, r.explain(c, err)
			}
		case k == isQuote:
			if !r.dialect.lazy && c.flags&broken == 0 {
				c.flags |= broken
				r.rec.fault(i, kindStrayQuote, strayQuoteMessage(w[c.start:i]))
			}
			i++
			continue
		case k == isReturn && !r.returnEndsLine(i):
			c.flags |= broken
			r.rec.fault(i, "stray_return", "there is a carriage return inside a cell that has no quotes around it")
			i++
			continue
		}
		r.endCell(c, i, seen)
		return i, nil
	}
}

// endCell notes where the text of a cell ends, and what is in it.
func (r *csvReader) endCell(c *cell, end int, seen class) {
	c.end = int32(end)
	c.flags |= flags(seen & flagClass)
	if size := c.end - c.start; size > maxCellBytes {
		r.rec.fault(int(c.at), "long_cell", fmt.Sprintf("the cell has %d bytes, more than 64 KiB", size))
	}
}

// cells are all cells of the record, in memory of their own.
func (r *csvReader) cells() []string {
	cells := make([]string, len(r.rec.cells))
	for i := range r.rec.cells {
		cells[i] = string(r.text(&r.rec.cells[i]))
	}
	return cells
}

func (r *csvReader) failf(line, column int, format string, args ...any) error {
	return &Error{File: r.file, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)}
}
