package input

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

const (
	kindStrayQuote      = "stray_quote"
	kindBackslashQuotes = "backslash_quote"
)

// scanQuoted reads a cell with quotes around it, from its text at i on.
func (r *csvReader) scanQuoted(c *cell, i int) (stop int, err error) {
	var seen class
	c.start++
	for {
		text := r.bytes()[i:]
		quote := bytes.IndexByte(text, '"')
		if quote >= 0 {
			text = text[:quote]
		}
		for _, b := range text {
			seen |= r.class[b]
		}
		i += len(text)
		if quote < 0 {
			if err := r.more(); err != nil {
				return 0, r.unclosed(c, err)
			}
			continue
		}
		r.multiline = r.multiline || seen&(isLineFeed|isReturn) != 0
		if r.dialect.backslash && r.isEscaped(c, i) {
			i++
			continue
		}
		stop, closed, err := r.closeQuote(c, i)
		switch {
		case err != nil:
			return 0, r.explain(c, err)
		case closed:
			r.endCell(c, i, seen)
			if r.dialect.backslash {
				c.flags |= escaped
			}
			return stop, nil
		case stop > i: // a doubled quote
			c.flags |= escaped
			i = stop
		case r.dialect.lazy:
			i++
		default:
			return r.scanBroken(c, i)
		}
	}
}

// closeQuote looks at what follows a quote inside a quoted cell: closed is true when it ends the cell, at stop; otherwise
// stop is behind a doubled quote, or i.
func (r *csvReader) closeQuote(c *cell, i int) (stop int, closed bool, err error) {
	behind, err := r.peek(i + 1)
	if err != nil {
		return 0, false, err
	}
	if behind == isQuote {
		return i + 2, false, nil
	}
	if r.endsCell(behind, i+1) {
		return i + 1, true, nil
	}
	if !r.dialect.spaced || behind != 0 {
		return i, false, nil
	}
	end, err := r.skipBlanks(i + 1)
	if err != nil {
		return 0, false, err
	}
	if behind, err = r.peek(end); err != nil {
		return 0, false, err
	}
	if end > i+1 && r.endsCell(behind, end) {
		c.flags |= trimmed
		return end, true, nil
	}
	return i, false, nil
}

func (r *csvReader) endsCell(k class, i int) bool {
	return k == isReturn && r.returnEndsLine(i) || k == isDelimiter || k == isLineFeed
}

// isEscaped reports whether an odd number of backslashes stands before the quote at i.
func (r *csvReader) isEscaped(c *cell, i int) bool {
	w, n := r.bytes(), 0
	for i-n-1 >= int(c.start) && w[i-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

// scanBroken goes on behind a quote at i that neither ends its cell nor is doubled.
func (r *csvReader) scanBroken(c *cell, i int) (stop int, err error) {
	kind, message := kindStrayQuote, "the quotes around this cell close before its end"
	if i > int(c.start) && r.bytes()[i-1] == '\\' {
		kind, message = kindBackslashQuotes, "a quote is escaped by a backslash here, and not at the beginning of the file: double it instead"
	}
	c.start, c.flags = c.at, c.flags|broken
	r.rec.fault(int(c.at), kind, message)
	return r.scanPlain(c, i+1)
}

// strayQuoteMessage says what a quote inside a cell without quotes around it may be, by the text before it.
func strayQuoteMessage(before []byte) string {
	if string(before) == "=" {
		return `="..." is how a formula keeps a text; write it as a quoted cell: sed 's/="\([^"]*\)"/"\1"/g' FILE | hydractl customers import -`
	}
	return "there is a quote inside a cell that has no quotes around it"
}

// peek returns the class of a byte; isLineFeed stands for the end of the file as well.
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

// returnEndsLine reports whether the carriage return at i ends a line: it does so before a line feed, and alone when the
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
		if f.kind != kindStrayQuote && f.kind != kindBackslashQuotes || r.columns == len(r.rec.cells) && !r.multiline {
			continue
		}
		line, column := r.rec.place(f.at)
		advice := "; put the cell in quotes and double those inside, or accept it with --lazy-quotes"
		if f.kind == kindBackslashQuotes {
			advice = ""
		}
		return r.failf(line, column, "%s, and where its row ends is not certain, so nothing of the file is used%s", f.message, advice)
	}
	return nil
}

// text is that of a cell of the record: without the quotes around it, doubled ones made single.
func (r *csvReader) text(c *cell) []byte {
	if c.flags&(escaped|broken) == escaped {
		return r.unescape(c)
	}
	return r.rec.raw[c.start:c.end]
}

// unescape makes doubled quotes single, and in that dialect takes the backslashes off.
func (r *csvReader) unescape(c *cell) []byte {
	text := r.rec.raw[c.start:c.end]
	from := len(r.scratch) // read empties it
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case i+1 == len(text):
		case b == '"' && text[i+1] == '"' && !r.dialect.unquoted:
			i++
		case b == '\\' && r.dialect.escapes:
			if strings.IndexByte(`tnr\`, text[i+1]) >= 0 {
				i++
				b = unescapedByte(text[i])
			}
		case b == '\\' && r.dialect.backslash:
			i++
			b = unescapedByte(text[i])
		}
		r.scratch = append(r.scratch, b)
	}
	return r.scratch[from:len(r.scratch):len(r.scratch)]
}

// unescapedByte is what a backslash and c stand for in MySQL and COPY.
func unescapedByte(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unclosed is the error for a quote that the file or the cap on records leaves open: it names where it was opened.
func (r *csvReader) unclosed(c *cell, err error) error {
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
func (r *csvReader) explain(c *cell, err error) error {
	if !errors.Is(err, errRecordTooLong) {
		return err
	}
	r.rec.raw = r.bytes()
	line, column := r.rec.place(int(c.at))
	return r.failf(line, column, "the record is longer than %s", mebibyte)
}
