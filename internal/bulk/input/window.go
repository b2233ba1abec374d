package input

import (
	"errors"
	"io"
)

const (
	maxRecordBytes = 1 << 20   // of a row, or an object of JSON
	mebibyte       = "1 MiB"   // maxRecordBytes in messages
	maxCellBytes   = 64 << 10  // of a cell or a JSON text
	maxColumns     = 10_000    // or different keys of JSON
	windowBytes    = 128 << 10 // what is read at once
	windowSurplus  = 4 << 10   // room beyond maxRecordBytes for the line end and the next read
)

// errRecordTooLong says that a record does not end within maxRecordBytes.
var errRecordTooLong = errors.New("record too long")

// slidingWindow is the part of the input that a record is looked for in: it slides over the input and grows to the largest
// record, so that memory does not depend on the size of the input, not even when that is a single line.
type slidingWindow struct {
	in         io.Reader
	buf        []byte
	start, end int // the bytes in hand; the record begins at start
	drained    bool
}

func newWindow(in io.Reader) slidingWindow {
	return slidingWindow{in: in, buf: make([]byte, windowBytes)}
}

// bytes are those in hand. A call of more moves them, offsets from the start of the record stay true.
func (w *slidingWindow) bytes() []byte { return w.buf[w.start:w.end] }

// skip drops the first n bytes.
func (w *slidingWindow) skip(n int) { w.start += n }

// more adds bytes behind those in hand: io.EOF when there are none, errRecordTooLong when the record has none left to
// take.
func (w *slidingWindow) more() error {
	if w.drained {
		return io.EOF
	}
	if w.end == len(w.buf) {
		if err := w.makeRoom(); err != nil {
			return err
		}
	}
	for {
		n, err := w.in.Read(w.buf[w.end:])
		w.end += n
		switch {
		case n > 0:
			return nil
		case errors.Is(err, io.EOF):
			w.drained = true
			return io.EOF
		case err != nil:
			return err
		}
	}
}

func (w *slidingWindow) makeRoom() error {
	size := w.end - w.start
	if size > maxRecordBytes {
		return errRecordTooLong
	}
	target := w.buf
	if size > len(w.buf)/2 && len(w.buf) < maxRecordBytes+windowSurplus {
		target = make([]byte, min(2*len(w.buf), maxRecordBytes+windowSurplus))
	}
	copy(target, w.buf[w.start:w.end])
	w.buf, w.start, w.end = target, 0, size
	return nil
}
