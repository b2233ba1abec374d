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
	delimiter byte
	lazy      bool // take wrong quotes as text, as LazyQuotes of encoding/csv
	columns   int  // cells of the header; 0 until it is read

	rec       rawRecord
	extents   []extent
	scratch   []byte
	size      int  // of the record with its line end, in bytes
	next      int  // line on which the next record begins
	multiline bool // the record has a line end inside quotes
	complete  bool // the record has a line end behind it
}

// extent is a cell in offsets from the start of its record, which may still move in memory.
type extent struct {
	at, start, end int32
	flags          flags
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

func newCSVReader(in io.Reader, file string, delimiter byte, lazy bool) *csvReader {
	r := &csvReader{slidingWindow: newWindow(in), file: file, delimiter: delimiter, lazy: lazy, next: 1}
	r.rec = rawRecord{index: -2, breaks: '\n', original: func() Original { return Original{Cells: r.cells()} }}
	for c := range r.class {
		switch b := byte(c); {
		case b == delimiter:
			r.class[c] = isDelimiter
		case b == '"':
			r.class[c] = isQuote
		case b == '\n':
			r.class[c] = isLineFeed
		case b == '\r':
			r.class[c] = isReturn
		case b >= 0x80:
			r.class[c] = class(notASCII)
		case isControl(b):
			r.class[c] = class(control)
		}
	}
	return r
}

// read gives the next record, good until the next call; blank lines are skipped. The first one is the header, with
// index -1. The error is io.EOF at the end of the file, an *InputError where the rest cannot be read.
func (r *csvReader) read() (*rawRecord, error) {
	for {
		if err := r.scan(); err != nil {
			return nil, err
		}
		if len(r.rec.raw) == 0 {
			continue
		}
		if len(r.rec.raw) > maxRecordBytes {
			return nil, r.explain(&r.extents[0], errRecordTooLong)
		}
		if err := r.resync(); err != nil {
			return nil, err
		}
		r.rec.index++
		if r.columns == 0 {
			r.columns = len(r.extents)
		}
		return &r.rec, nil
	}
}

// scan finds the cells of the next record.
func (r *csvReader) scan() error {
	r.skip(r.size)
	r.size, r.multiline, r.complete = 0, false, false
	r.extents, r.rec.faults, r.scratch, r.rec.line = r.extents[:0], r.rec.faults[:0], r.scratch[:0], r.next
	if len(r.bytes()) == 0 {
		if err := r.more(); err != nil {
			return err
		}
	}
	at := 0
	for {
		next, done := r.scanPlainCells(at)
		if done {
			return nil
		}
		if len(r.extents) == maxColumns {
			return r.failf(r.rec.line, 0, "there are more than %d columns", maxColumns)
		}
		r.extents = append(r.extents, extent{at: int32(next), start: int32(next)})
		stop, err := r.scanCell(&r.extents[len(r.extents)-1], next)
		if err != nil {
			return err
		}
		if r.stopsRecord(stop) {
			return nil
		}
		at = stop + 1
	}
}

// stopsRecord tells whether the record ends at the offset, and if so notes how much there is of it.
func (r *csvReader) stopsRecord(stop int) bool {
	if w := r.bytes(); stop < len(w) {
		if r.class[w[stop]] == isDelimiter {
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
func (r *csvReader) scanCell(c *extent, at int) (stop int, err error) {
	if first, err := r.peek(at); err != nil {
		return 0, r.explain(c, err)
	} else if first == isQuote {
		return r.scanQuoted(c, at+1)
	}
	return r.scanPlain(c, at)
}

// scanPlain goes on at i in a cell without quotes around it, or behind a closing quote that did not end its cell.
func (r *csvReader) scanPlain(c *extent, i int) (stop int, err error) {
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
			if !r.lazy && c.flags&broken == 0 {
				c.flags |= broken
				r.rec.fault(i, "stray_quote", "there is a quote inside a cell that has no quotes around it")
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
func (r *csvReader) endCell(c *extent, end int, seen class) {
	c.end = int32(end)
	c.flags |= flags(seen & flagClass)
	if size := c.end - c.start; size > maxCellBytes {
		r.rec.fault(int(c.at), "long_cell", fmt.Sprintf("the cell has %d bytes, more than 64 KiB", size))
	}
}
