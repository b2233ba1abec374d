package input

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hydracore/hydractl/internal/failure"
)

// Error is a place in an input file that cannot be used.
type Error struct {
	File         string // as the user named it; - is stdin
	Line, Column int    // from 1; 0 when not known
	Field        string // the field's name, or ""
	Msg          string
	Args         []string // flags with which the command would work, nil for none
}

// Error gives FILE:LINE:COLUMN: field: message, without what is not known.
func (e *Error) Error() string { return e.Place() + ": " + e.Msg }

// Place is FILE:LINE:COLUMN: field, without what is not known.
func (e *Error) Place() string {
	where := e.File
	if where == "-" {
		where = "stdin"
	}
	for _, n := range []int{e.Line, e.Column} {
		if n > 0 {
			where += fmt.Sprintf(":%d", n)
		}
	}
	if e.Field != "" {
		where += ": " + e.Field
	}
	return where
}

// Problem is something wrong or unexpected in an input.
type Problem struct {
	Error
	Kind     string // a stable word for the rule
	Severity Severity
}

// Severity is what a problem costs.
type Severity int

// What a problem costs.
const (
	Warning Severity = iota // nothing
	BadRow                  // the row is invalid
	BadFile                 // nothing of the file is imported, whatever is skipped
)

// Group is all problems of one kind with one field.
type Group struct {
	Kind, Field string
	Severity    Severity
	Count       int
	First       []Problem // at most maxExamples, in the order in which they were found
}

const (
	// ShownExamples is how many problems of one kind are shown one by one.
	ShownExamples = 3

	maxExamples = 20 // problems of a group that are kept
)

// tally groups problems, in memory that does not grow with their number.
type tally struct {
	groups map[groupKey]*Group
}

type groupKey struct {
	kind, field string
	severity    Severity
}

func (t tally) add(p Problem) {
	key := groupKey{p.Kind, p.Field, p.Severity}
	g := t.groups[key]
	if g == nil {
		g = &Group{Kind: p.Kind, Field: p.Field, Severity: p.Severity}
		t.groups[key] = g
	}
	g.Count++
	if len(g.First) < maxExamples {
		g.First = append(g.First, p)
	}
}

// sorted returns the groups, the gravest first, then by place.
func (t tally) sorted() []Group {
	groups := make([]Group, 0, len(t.groups))
	for _, g := range t.groups {
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.First[0].Line, b.First[0].Line),
			cmp.Compare(a.First[0].Column, b.First[0].Column),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Field, b.Field))
	})
	return groups
}

// Refusal is the error of an input of which nothing is imported.
type Refusal struct {
	Groups []Group // at least one, the gravest first
	Valid  int     // rows that could be imported
}

// Error is that of the first problem.
func (e *Refusal) Error() string { return e.first().Error() }

// Unwrap returns the first problem, an *Error.
func (e *Refusal) Unwrap() error { return e.first() }

func (e *Refusal) first() *Error { return &e.Groups[0].First[0].Error }

// Count is the number of problems.
func (e *Refusal) Count() int {
	n := 0
	for _, g := range e.Groups {
		n += g.Count
	}
	return n
}

// Args are flags with which the same command would import what can be imported; nil when the file has to be changed.
func (e *Refusal) Args() []string {
	var args, forRows []string
	invalid := false
	for _, g := range e.Groups {
		switch first := g.First[0].Args; {
		case g.Severity == BadRow && forRows == nil:
			invalid, forRows = true, first
		case g.Severity == BadRow:
		case first == nil:
			return nil
		default:
			args = append(args, first...)
		}
	}
	switch {
	case forRows != nil:
		return append(args, forRows...)
	case invalid && e.Valid == 0 && slices.Contains(args, "--map"): // which may make rows valid
		return args
	case invalid && e.Valid == 0:
		return nil
	case invalid:
		return append(args, "--skip-invalid")
	}
	return args
}

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
