package bulk

import (
	"context"
	"iter"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
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
