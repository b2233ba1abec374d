package input

import (
	"context"
	"iter"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// CheckedRow is a row with its state and its problems.
type CheckedRow struct {
	record.Row
	Problems []Problem

	original func() Original
}

// Original is the row as it stands in the file. It must be called before the next row is asked for.
func (r *CheckedRow) Original() Original { return r.original() }

// Reason joins the messages that say why the row is not sent; it is "" when it is.
func (r *CheckedRow) Reason() string {
	var reasons []string
	for _, p := range r.against() {
		reasons = append(reasons, p.Msg)
	}
	return strings.Join(reasons, "; ")
}

// Code is the stable word of the first reason, such as short_row or bad_email; "" for a row that is sent.
func (r *CheckedRow) Code() string {
	if reasons := r.against(); len(reasons) > 0 {
		return reasons[0].Kind
	}
	return ""
}

// against returns the problems that keep the row from being sent.
func (r *CheckedRow) against() []Problem {
	var reasons []Problem
	for _, p := range r.Problems {
		if r.State != record.Pending && (p.Severity != Warning || p.Kind == kindEqualRow || p.Kind == kindSameEmail) {
			reasons = append(reasons, p)
		}
	}
	return reasons
}

// state is the state of a row: Invalid or DuplicateInFile when it is not to be sent, else Pending.
func (c *Checked) state(row int) record.State {
	switch {
	case c.invalid.has(row):
		return record.Invalid
	case c.duplicates.rows.has(row):
		return record.DuplicateInFile
	}
	return record.Pending
}

// Each reads the input again and returns every row in order, also those that are not to be sent.
func (c *Checked) Each() iter.Seq2[record.Row, error] { return c.rows(allFields) }

// Keys is Each without the values, which costs less.
func (c *Checked) Keys() iter.Seq2[record.Row, error] {
	return func(yield func(record.Row, error) bool) {
		for row, err := range c.rows(record.Email) {
			row.Values = record.Values{}
			if !yield(row, err) {
				return
			}
		}
	}
}

func (c *Checked) rows(only int) iter.Seq2[record.Row, error] {
	return func(yield func(record.Row, error) bool) {
		check := newChecker(c.Source, c.rules)
		for rec, err := range c.records(only, nil) {
			if err != nil {
				yield(record.Row{}, err)
				return
			}
			_ = check.identify(rec) // a row that is invalid for its email has no key
			row := check.row(rec)
			row.State = c.state(rec.index)
			if !yield(row, nil) {
				return
			}
		}
	}
}

// All is Each with the state and the problems of every row, for the files that are derived from the input.
func (c *Checked) All(ctx context.Context) iter.Seq2[*CheckedRow, error] {
	return func(yield func(*CheckedRow, error) bool) {
		check := newChecker(c.Source, c.rules)
		for rec, err := range c.records(allFields, nil) {
			if err = c.goOn(ctx, rec, err); err != nil {
				yield(nil, err)
				return
			}
			problems, _ := check.check(rec)
			row := &CheckedRow{Row: check.row(rec), Problems: append([]Problem(nil), problems...), original: rec.original}
			if row.State = c.state(rec.index); row.State == record.DuplicateInFile {
				if p := c.duplicates.find(check, rec, c.rules); p != nil {
					row.Problems = append(row.Problems, *p)
				}
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}
