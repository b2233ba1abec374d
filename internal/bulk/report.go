package bulk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"

	"github.com/google/uuid"
)

// Result is what became of a row.
type Result struct {
	*CheckedRow
	State State
	// ID is the customer's, "" when there is none or it is not known.
	ID string
	// Evidence is a word for what proves the state: answer, refusal, search, list, earlier or user.
	Evidence string
	// Attempts counts the sends, Status is that of the last answer to one; 0 when none came.
	Attempts, Status int
	// Code is the stable word of a refusal, by the server or the validation, and Text is what was said.
	Code, Text string
}

// Results gives what the journal knows of every row, in the order of the input. The journal may be one of [ReadJournal].
func Results(ctx context.Context, j *Journal, c *Checked) iter.Seq2[*Result, error] {
	return func(yield func(*Result, error) bool) {
		last, err := lastOutcomes(j)
		if err != nil {
			yield(nil, err)
			return
		}
		for row, err := range c.All(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			r, err := last.result(j, row)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// outcomes finds the last outcome of a row: 8 bytes a row, and a window of the journal.
type outcomes struct {
	file    io.ReaderAt
	offsets []int64 // by row, of the line behind which there is none; -1 when there is no outcome
	from    int64
	window  []byte
}

const resultWindow = 64 << 10

func lastOutcomes(j *Journal) (*outcomes, error) {
	size, err := j.file.Size()
	if err != nil {
		return nil, j.fail("journal_unwritable", err)
	}
	o := &outcomes{file: j.file, offsets: make([]int64, j.Rows()), from: -1, window: make([]byte, 0, resultWindow)}
	for i := range o.offsets {
		o.offsets[i] = -1
	}
	_, _, err = readLines(j.file, size, func(offset int64, _ []byte, e *entry) error {
		if e.kind == kindOutcome && e.row < len(o.offsets) {
			o.offsets[e.row] = offset
		}
		return nil
	})
	if err != nil {
		return nil, j.fail("journal_damaged", err)
	}
	return o, nil
}

func (o *outcomes) result(j *Journal, row *CheckedRow) (*Result, error) {
	r := &Result{CheckedRow: row, State: row.State, Code: row.Code(), Text: row.Reason()}
	if row.Index >= len(o.offsets) {
		return r, nil
	}
	state, open := j.state(row.Index)
	if state == Pending && row.State != Pending {
		return r, nil
	}
	r.State, r.Attempts = state, open.attempt
	if offset := o.offsets[row.Index]; offset >= 0 {
		e, err := o.read(offset)
		if err != nil {
			return nil, j.fail("journal_damaged", err)
		}
		r.Attempts, r.Status, r.Code, r.Text = e.attempt, e.outcome.status, e.outcome.code, e.outcome.text
		if r.Evidence = e.outcome.evidence; r.Evidence == notDone {
			r.Evidence = ""
		}
		if e.outcome.id != uuid.Nil {
			r.ID = e.outcome.id.String()
		}
	}
	if state == InDoubt {
		r.State, r.Code, r.Text = Unknown, "in_doubt", "its outcome is not known yet; the same command finds it out"
	}
	return r, nil
}

// read gives the line at an offset. The offsets of neighbouring rows are near each other.
func (o *outcomes) read(offset int64) (*entry, error) {
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
	var e entry
	if err := parseLine(line, &e); err != nil {
		return nil, err
	}
	return &e, nil
}

// line gives the line at an offset if the window holds all of it.
func (o *outcomes) line(offset int64) []byte {
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
