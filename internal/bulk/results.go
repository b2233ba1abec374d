package bulk

import (
	"context"
	"encoding/csv"
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

// Result is the outcome of a row.
type Result struct {
	*input.CheckedRow
	State record.State
	// ID is the customer's, "" when there is none or it is not known.
	ID string
	// Evidence is a word for what proves the state: answer, refusal, search, list, earlier or user.
	Evidence string
	// Attempts counts the sends, Status is that of the last answer to one; 0 when none came.
	Attempts, Status int
	// Code is the stable word of a refusal, by the server or the validation, and Text is what was said.
	Code, Text string
	// Differences are the fields in which an existing customer differs from the row.
	Differences []Difference
}

// Results returns what the journal knows of every row, in the order of the input. The journal may be one of [journal.Read].
func Results(ctx context.Context, j *journal.Journal, c *input.Checked) iter.Seq2[*Result, error] {
	return func(yield func(*Result, error) bool) {
		last, err := j.LastOutcomes()
		if err != nil {
			yield(nil, err)
			return
		}
		for row, err := range c.All(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			r, err := rowResult(j, last, row)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func rowResult(j *journal.Journal, last *journal.Outcomes, row *input.CheckedRow) (*Result, error) {
	r := &Result{CheckedRow: row, State: row.State, Code: row.Code(), Text: row.Reason()}
	if row.Index >= j.Rows() {
		return r, nil
	}
	state, open := j.State(row.Index)
	if state == record.Pending && row.State != record.Pending {
		return r, nil
	}
	r.State, r.Attempts = state, open.Attempt
	e, err := last.Find(row.Index)
	if err != nil {
		return nil, err
	}
	if e != nil {
		r.Attempts, r.Status, r.Code, r.Text = e.Attempt, e.Outcome.Status, e.Outcome.Code, e.Outcome.Text
		if r.Evidence = e.Outcome.Evidence; r.Evidence == journal.NotDone {
			r.Evidence = ""
		}
		if e.Outcome.ID != uuid.Nil {
			r.ID = e.Outcome.ID.String()
		}
		if r.Differences = keptDifferences(&row.Values, &e.Outcome); r.Differences != nil {
			r.Text = DescribeDifferences(r.Differences)
		}
	}
	if state == record.InDoubt {
		r.State, r.Code, r.Text = record.Unknown, "in_doubt", "its outcome is not known yet; run the same command to reconcile it"
	}
	return r, nil
}

// WriteResults writes a line for every row in the order of the input: JSON lines when the name ends in .jsonl or
// .ndjson, else CSV with a header. The file appears whole or not at all, in place of an older one.
func WriteResults(ctx context.Context, fs files.FS, path string, j *journal.Journal, c *input.Checked) error {
	return j.WriteReport(fs, path, func(w io.Writer) error {
		rows := Results(ctx, j, c)
		switch strings.ToLower(filepath.Ext(path)) {
		case ".jsonl", ".ndjson":
			return writeJSON(w, rows, (*Result).object)
		}
		header := []string{"line", "key", "state", "id", "evidence", "attempts", "status", "code", "error"}
		return writeCSV(w, ',', header, rows, (*Result).cells)
	})
}

// cells are the cells of a row of the results. A status that is not known is left out.
func (r *Result) cells() []string {
	status := ""
	if r.Status != 0 {
		status = strconv.Itoa(r.Status)
	}
	return []string{
		strconv.Itoa(r.Line), input.Guard(r.Key), string(r.State), r.ID, r.Evidence, strconv.Itoa(r.Attempts), status, r.Code, input.Guard(r.Text),
	}
}

// object is a line of the results in JSON.
func (r *Result) object() ([]byte, error) {
	return json.Marshal(struct {
		Line     int          `json:"line"`
		Key      string       `json:"key,omitzero"`
		State    record.State `json:"state"`
		ID       string       `json:"id,omitzero"`
		Evidence string       `json:"evidence,omitzero"`
		Attempts int          `json:"attempts"`
		Status   int          `json:"status,omitzero"`
		Code     string       `json:"code,omitzero"`
		Error    string       `json:"error,omitzero"`
		Differs  []Difference `json:"differences,omitzero"`
	}{r.Line, r.Key, r.State, r.ID, r.Evidence, r.Attempts, r.Status, r.Code, r.Text, r.Differences})
}

func writeCSV(w io.Writer, delimiter rune, header []string, rows iter.Seq2[*Result, error], cells func(*Result) []string) error {
	out := csv.NewWriter(w)
	out.Comma = delimiter
	if err := out.Write(header); err != nil {
		return err
	}
	for r, err := range rows {
		if err != nil {
			return err
		}
		if err := out.Write(cells(r)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeJSON(w io.Writer, rows iter.Seq2[*Result, error], object func(*Result) ([]byte, error)) error {
	for r, err := range rows {
		if err != nil {
			return err
		}
		line, err := object(r)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}
