package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// scanQuoted reads a cell with quotes around it, from its text at i on.
func (r *csvReader) scanQuoted(c *extent, i int) (stop int, err error) {
	var seen class
	c.start++
	for {
		text := r.bytes()[i:]
		quote := bytes.IndexByte(text, '"')
		if quote >= 0 {
			text = text[:quote]
		}
		seen |= r.classes(text)
		i += len(text)
		if quote < 0 {
			if err := r.more(); err != nil {
				return 0, r.unclosed(c, err)
			}
			continue
		}
		r.multiline = r.multiline || seen&(isLineFeed|isReturn) != 0
		behind, err := r.peek(i + 1)
		switch {
		case err != nil:
			return 0, r.explain(c, err)
		case behind == isQuote:
			c.flags |= escaped
			i += 2
		case behind == isReturn && r.returnEndsLine(i+1), behind != isReturn && behind > isQuote:
			r.endCell(c, i, seen)
			return i + 1, nil
		case r.lazy:
			i++
		default:
			c.start, c.flags = c.at, c.flags|broken
			r.rec.fault(int(c.at), "stray_quote", "the quotes around this cell close before its end")
			return r.scanPlain(c, i+1)
		}
	}
}

// peek gives the class of a byte; isLineFeed stands for the end of the file as well.
func (r *csvReader) peek(i int) (class, error) {
	if i == r.end-r.start {
		if err := r.more(); errors.Is(err, io.EOF) {
			return isLineFeed, nil
		} else if err != nil {
			return 0, err
		}
	}
	return r.class[r.buf[r.start+i]], nil
}

// returnEndsLine tells whether the carriage return at i ends a line: it does so before a line feed, and alone when the
// header ended that way.
func (r *csvReader) returnEndsLine(i int) bool {
	next, err := r.peek(i + 1)
	if err != nil || next == isLineFeed {
		return true
	}
	if r.columns == 0 {
		r.rec.breaks = '\r'
	}
	return r.rec.breaks == '\r'
}

// resync decides what a wrong quote costs: the row, when its line has as many cells as the header if that quote is
// taken as text, and the whole file otherwise, since a quoted part may then reach over lines.
func (r *csvReader) resync() error {
	for _, f := range r.rec.faults {
		if f.kind != "stray_quote" || r.columns == len(r.extents) && !r.multiline {
			continue
		}
		line, column := r.rec.place(f.at)
		return r.failf(line, column, "%s, and where its row ends is not certain, so nothing of the file is used; "+
			"put the cell in quotes and double those inside, or accept it with --lazy-quotes", f.message)
	}
	return nil
}

// text is that of a cell of the record: without the quotes around it, doubled ones made single.
func (r *csvReader) text(c *extent) []byte {
	if c.flags&(escaped|broken) == escaped {
		return r.unescape(c)
	}
	return r.rec.raw[c.start:c.end]
}

// unescape makes doubled quotes single.
func (r *csvReader) unescape(c *extent) []byte {
	text := r.rec.raw[c.start:c.end]
	from := len(r.scratch) // read starts it anew
	for {
		i := bytes.Index(text, []byte(`""`))
		if i < 0 {
			r.scratch = append(r.scratch, text...)
			return r.scratch[from:len(r.scratch):len(r.scratch)]
		}
		r.scratch = append(r.scratch, text[:i+1]...)
		text = text[i+2:]
	}
}

// unclosed is the error for a quote that the file or the cap on records leaves open: it names where it was opened.
func (r *csvReader) unclosed(c *extent, err error) error {
	r.rec.raw = r.bytes()
	line, column := r.rec.place(int(c.at))
	switch {
	case errors.Is(err, io.EOF):
		return r.failf(line, column, "the quote that opens here is never closed")
	case errors.Is(err, errRecordTooLong):
		return r.failf(line, column, "the quoted cell that begins here is not closed within %s", mebibyte)
	}
	return err
}

// explain places an error of reading on.
func (r *csvReader) explain(c *extent, err error) error {
	if !errors.Is(err, errRecordTooLong) {
		return err
	}
	r.rec.raw = r.bytes()
	line, column := r.rec.place(int(c.at))
	return r.failf(line, column, "the record is longer than %s", mebibyte)
}

func (r *csvReader) failf(line, column int, format string, args ...any) error {
	return &InputError{File: r.file, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)}
}

// cells are all cells of the record, in memory of their own.
func (r *csvReader) cells() []string {
	cells := make([]string, len(r.extents))
	for i := range r.extents {
		cells[i] = string(r.text(&r.extents[i]))
	}
	return cells
}
