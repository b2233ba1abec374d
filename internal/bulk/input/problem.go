package input

import (
	"cmp"
	"slices"
)

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

// maxExamples is how many problems of a group are kept.
const maxExamples = 20

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
	var args []string
	invalid := false
	for _, g := range e.Groups {
		if g.Severity == BadRow {
			invalid = true
			continue
		}
		if g.First[0].Args == nil {
			return nil
		}
		args = append(args, g.First[0].Args...)
	}
	for _, g := range e.Groups {
		if g.Severity == BadRow && g.First[0].Args != nil {
			return append(args, g.First[0].Args...)
		}
	}
	switch {
	case invalid && e.Valid == 0:
		return nil
	case invalid:
		args = append(args, "--skip-invalid")
	}
	return args
}
