package input

import (
	"fmt"

	"github.com/hydracore/hydractl/internal/failure"
)

// ShownExamples is how many problems of one kind are shown one by one.
const ShownExamples = 3

// Report describes the problem to the user.
func (e *Error) Report() failure.Report {
	return failure.Report{
		Code: "invalid_input", Message: e.Error(), ExitCode: failure.ExitUsage, Fields: []failure.Field{e.ReportField()},
		File: (&Error{File: e.File}).Place(),
	}
}

// ReportField returns the place of the problem as a report shows it.
func (e *Error) ReportField() failure.Field {
	return failure.Field{Field: e.Field, Line: e.Line, Column: e.Column, Message: e.Msg, Place: e.Place()}
}

// Report describes the problems to the user, a few of each kind.
func (e *Refusal) Report() failure.Report {
	r := e.first().Report()
	r.Fields, r.Hint = nil, "--rejects FILE writes the invalid rows with the reasons, --skip-invalid leaves them out"
	switch {
	case e.Groups[0].Severity == BadFile:
		r.Hint = "" // neither would help
	case e.Valid == 0:
		r.Hint = "no row is valid; --rejects FILE writes them with the reasons"
	}
	for _, p := range e.examples() {
		r.Fields = append(r.Fields, p.ReportField())
	}
	if n := e.Count(); n > 1 {
		r.Message = failure.Problems(r.File, n)
	}
	return r
}

// Errors lists the problems in the tree of err, a few of each kind.
func Errors(err error) []*Error {
	switch e := err.(type) { //nolint:errorlint // every branch of the tree is looked at
	case *Error:
		return []*Error{e}
	case *Refusal:
		return e.examples()
	case interface{ Unwrap() error }:
		return Errors(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []*Error
		for _, part := range e.Unwrap() {
			all = append(all, Errors(part)...)
		}
		return all
	}
	return nil
}

// examples returns a few problems of each kind.
func (e *Refusal) examples() []*Error {
	var all []*Error
	for _, g := range e.Groups {
		all = append(all, g.Examples()...)
	}
	return all
}

// Examples returns the first problems of the group, and how many more there are.
func (g Group) Examples() []*Error {
	var all []*Error
	for n := range g.First {
		p := &g.First[n].Error
		if n == ShownExamples && g.Count > ShownExamples+1 {
			return append(all, &Error{File: p.File, Field: g.Field, Msg: fmt.Sprintf("and %d more of these", g.Count-n)})
		}
		all = append(all, p)
	}
	return all
}
