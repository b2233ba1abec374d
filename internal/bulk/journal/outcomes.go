package journal

import (
	"bytes"
	"errors"
	"io"
)

const resultWindow = 64 << 10

// Outcomes finds the last outcome of a row: 8 bytes a row, and a window of the journal.
type Outcomes struct {
	journal *Journal
	file    io.ReaderAt
	offsets []int64        // by row, of the line behind which there is none; -1 when there is no outcome
	lost    map[int]*Entry // by row, what this run knows and could not write
	from    int64
	window  []byte
}

// LastOutcomes reads where the last outcome of each row is, of all that was recorded so far.
func (j *Journal) LastOutcomes() (*Outcomes, error) {
	if j.out != nil {
		_ = j.out.durable(nil) // what cannot be written is among the lost ones
	}
	o := &Outcomes{journal: j, file: j.file, offsets: make([]int64, j.Rows()), lost: j.lost(), from: -1, window: make([]byte, 0, resultWindow)}
	for i := range o.offsets {
		o.offsets[i] = -1
	}
	err := j.Lines(func(e *Entry) {
		if e.Kind == KindOutcome && e.Row < len(o.offsets) {
			o.offsets[e.Row] = e.offset
		}
	})
	return o, err
}

// lost returns the outcomes that are not in the file since it failed or was removed.
func (j *Journal) lost() map[int]*Entry {
	if j.out == nil {
		return nil
	}
	j.out.mu.Lock()
	defer j.out.mu.Unlock()
	lost := map[int]*Entry{}
	for i := range j.out.lost {
		lost[j.out.lost[i].Row] = &j.out.lost[i]
	}
	return lost
}

// Find is the last outcome of a row, nil when it has none.
func (o *Outcomes) Find(row int) (*Entry, error) {
	if e := o.lost[row]; e != nil {
		return e, nil
	}
	offset := o.offsets[row]
	if offset < 0 {
		return nil, nil //nolint:nilnil // no outcome is no error
	}
	e, err := o.read(offset)
	if err != nil {
		return nil, o.journal.fail("journal_damaged", err)
	}
	return e, nil
}

// read returns the line at an offset. The offsets of neighbouring rows are near each other.
func (o *Outcomes) read(offset int64) (*Entry, error) {
	line := o.line(offset)
	if line == nil {
		n, err := o.file.ReadAt(o.window[:cap(o.window)], offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		o.from, o.window = offset, o.window[:n]
		if line = o.line(offset); line == nil {
			return nil, errLine
		}
	}
	var e Entry
	if err := parseLine(line, &e); err != nil {
		return nil, err
	}
	return &e, nil
}

// line returns the line at an offset if the window holds all of it.
func (o *Outcomes) line(offset int64) []byte {
	at := offset - o.from
	if o.from < 0 || at < 0 || at >= int64(len(o.window)) {
		return nil
	}
	line, _, whole := bytes.Cut(o.window[at:], []byte{'\n'})
	if !whole || len(line) < crcLength+2 {
		return nil
	}
	return line
}
