package bulk

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
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
		rejects, err = EncodeRejects(ctx, w, j, c, ImportOf(j))
		return err
	})
	return rejects, err
}

// EncodeRejects is WriteRejects to a stream, with the import whose options are taken over when the rejects are imported.
func EncodeRejects(ctx context.Context, w io.Writer, j *journal.Journal, c *input.Checked, importID string) (rejects int, err error) {
	write := rejectsJSON(w, importID)
	if c.Source.Format == input.FormatCSV {
		write = rejectsCSV(w, c.Source, c.Widest, importID)
	}
	for r, err := range Results(ctx, j, c) {
		if err != nil {
			return rejects, err
		}
		if r.State != record.Rejected && r.State != record.Invalid {
			continue
		}
		rejects++
		if err := write(r); err != nil {
			return rejects, err
		}
	}
	return rejects, write(nil)
}

// ImportOf is the import of a journal, "" for a temporary one that knows no input.
func ImportOf(j *journal.Journal) string {
	if j.Header.SHA256 == "" {
		return ""
	}
	return journal.ImportID(j.Header)
}

// rejectCells are the cells of input.RejectColumns.
func (r *Result) rejectCells(importID string) []string {
	return []string{strconv.Itoa(r.Line), string(r.State), r.Code, r.Text, importID}
}

// rejectsCSV returns a function that writes a row, and flushes for nil. A reject of a reject loses the columns of the
// first time. A row with too few cells is filled up, and what a row has too much, widest being the cells of the longest,
// stands in columns without a name: both stay invalid until they are fixed.
func rejectsCSV(w io.Writer, s *input.Source, widest int, importID string) func(*Result) error {
	out := csv.NewWriter(w)
	out.Comma = s.Delimiter()
	own := s.OwnCells(s.Header)
	width := max(len(own), widest)
	header := append(widen(own, width), input.RejectColumns()...)
	return func(r *Result) error {
		if header != nil {
			if s.Transcoded() { // the rejects are UTF-8, whatever --encoding said: the mark tells
				if _, err := io.WriteString(w, "\ufeff"); err != nil {
					return err
				}
			}
			if err := out.Write(header); err != nil {
				return err
			}
			header = nil
		}
		if r == nil {
			out.Flush()
			return out.Error()
		}
		cells := append(widen(s.OwnCells(r.Original().Cells), width), r.rejectCells(importID)...)
		if !s.Raw() {
			for i, cell := range cells {
				cells[i] = input.Guard(input.Unguard(cell))
			}
		}
		return out.Write(cells)
	}
}

func widen(cells []string, width int) []string {
	return append(cells, make([]string, width-len(cells))...)
}

// rejectsJSON returns a function that writes a row as a JSON line.
func rejectsJSON(w io.Writer, importID string) func(*Result) error {
	return func(r *Result) error {
		if r == nil {
			return nil
		}
		line, err := rejectObject(r, importID)
		if err != nil {
			return err
		}
		_, err = w.Write(append(line, '\n'))
		return err
	}
}

// rejectObject adds the columns to the object; what is no object is kept as it is, and stays invalid.
func rejectObject(r *Result, importID string) ([]byte, error) {
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
	values := []jsontext.Token{
		jsontext.Int(int64(r.Line)), jsontext.String(string(r.State)), jsontext.String(r.Code), jsontext.String(r.Text),
		jsontext.String(importID),
	}
	for i, name := range input.RejectColumns() {
		err = errors.Join(err, out.WriteToken(jsontext.String(name)), out.WriteToken(values[i]))
	}
	err = errors.Join(err, out.WriteToken(jsontext.EndObject))
	return bytes.TrimSpace(b.Bytes()), err
}
