package bulk

import (
	"context"
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
			r, err := result(j, last, row)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func result(j *Journal, last *outcomes, row *CheckedRow) (*Result, error) {
	r := &Result{CheckedRow: row, State: row.State, Code: row.Code(), Text: row.Reason()}
	if row.Index >= j.Rows() {
		return r, nil
	}
	state, open := j.state(row.Index)
	if state == Pending && row.State != Pending {
		return r, nil
	}
	r.State, r.Attempts = state, open.attempt
	e, err := last.find(row.Index)
	if err != nil {
		return nil, err
	}
	if e != nil {
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
