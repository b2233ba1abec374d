package bulk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/jsonobject"
)

// WriteRejects writes the rows that were rejected or are invalid as they stand in the input, with their line, state,
// code, error and import in columns of their own, which an import ignores: once fixed, the file can be imported. (Rows whose
// outcome is unknown are not among them: importing them could double a customer.) It returns their number. CSV keeps its
// header and delimiter and becomes UTF-8; the JSON formats become JSON lines. The file appears whole or not at all.
func WriteRejects(ctx context.Context, fs files.FS, path string, j *journal.Journal, c *input.Checked) (rejects int, err error) {
	err = j.WriteReport(fs, path, func(w io.Writer) error {
		rejects, err = EncodeRejects(ctx, w, j, c, journal.ImportID(j.Header))
		return err
	})
	return rejects, err
}

// EncodeRejects is WriteRejects to a stream, with the import whose options are taken over when the rejects are imported.
func EncodeRejects(ctx context.Context, w io.Writer, j *journal.Journal, c *input.Checked, importID string) (rejects int, err error) {
	rows := func(yield func(*Result, error) bool) {
		for r, err := range Results(ctx, j, c) {
			if err == nil && r.State != record.Rejected && r.State != record.Invalid {
				continue
			}
			rejects++
			if !yield(r, err) {
				return
			}
		}
	}
	if c.Source.Format == input.FormatCSV {
		err = rejectsCSV(w, c.Source, c.Widest, importID, rows)
	} else {
		err = writeJSON(w, rows, func(r *Result) ([]byte, error) { return r.rejectObject(importID) })
	}
	return rejects, err
}

// rejectsCSV writes rejects. A reject of a reject loses the columns of the first time. A row with too few cells is filled up,
// and what a row has too much, widest being the cells of the longest, stands in columns without a name: both stay invalid
// until they are fixed.
func rejectsCSV(w io.Writer, s *input.Source, widest int, importID string, rows iter.Seq2[*Result, error]) error {
	if s.Transcoded() { // the rejects are UTF-8, whatever --encoding said: the mark tells
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	own := s.OwnCells(s.Header)
	width := max(len(own), widest)
	widen := func(cells []string) []string { return append(cells, make([]string, width-len(cells))...) }
	return writeCSV(w, s.Delimiter(), append(widen(own), input.RejectColumns()...), rows, func(r *Result) []string {
		cells := append(widen(s.OwnCells(r.Original().Cells)), r.rejectCells(importID)...)
		if !s.Raw() {
			for i, cell := range cells {
				cells[i] = input.Guard(input.Unguard(cell))
			}
		}
		return cells
	})
}

// rejectCells are the cells of input.RejectColumns.
func (r *Result) rejectCells(importID string) []string {
	return []string{strconv.Itoa(r.Line), string(r.State), r.Code, r.Text, importID}
}

// rejectObject adds the columns to the object; what is no object is kept as it is, and stays invalid.
func (r *Result) rejectObject(importID string) ([]byte, error) {
	text := jsontext.Value(bytes.TrimSpace(r.Original().JSON)).Clone()
	members, err := jsonobject.Members(text)
	if err != nil {
		return bytes.ReplaceAll(text, []byte{'\n'}, []byte{' '}), nil //nolint:nilerr // the row is invalid for that very reason
	}
	var b bytes.Buffer
	out := jsontext.NewEncoder(&b)
	err = out.WriteToken(jsontext.BeginObject)
	for _, m := range members {
		if !input.IsOwnColumn(m.Name) {
			err = errors.Join(err, out.WriteToken(jsontext.String(m.Name)), out.WriteValue(jsontext.Value(m.Value)))
		}
	}
	for i, cell := range r.rejectCells(importID) {
		value := jsontext.String(cell)
		if i == 0 {
			value = jsontext.Int(int64(r.Line))
		}
		err = errors.Join(err, out.WriteToken(jsontext.String(input.RejectColumns()[i])), out.WriteToken(value))
	}
	err = errors.Join(err, out.WriteToken(jsontext.EndObject))
	return bytes.TrimSpace(b.Bytes()), err
}
