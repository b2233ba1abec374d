package cli

import (
	"errors"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/failure"
)

// fromInput reads what is wrong with a file of the user's: one problem is the message, several are fields.
func (r *Report) fromInput(err error) bool {
	problems := InputErrors(err)
	if len(problems) == 0 {
		return false
	}
	r.Code, r.Message, r.ExitCode = "invalid_input", problems[0].Error(), failure.ExitUsage
	for _, p := range problems {
		r.Fields = append(r.Fields, InputField(p))
	}
	count := len(problems)
	if refusal, ok := errors.AsType[*input.Refusal](err); ok {
		count = refusal.Count()
		r.Hint = "--rejects FILE writes the invalid rows with the reasons, --skip-invalid leaves them out"
		if refusal.Groups[0].Severity == input.BadFile {
			r.Hint = "" // neither would help
		}
	}
	if advice, ok := errors.AsType[*InputAdvice](err); ok {
		r.Hint = advice.Command
	}
	if count > 1 {
		r.Message = fmt.Sprintf("%s has %d problems; nothing was sent", (&input.InputError{File: problems[0].File}).Place(), count)
	}
	return true
}

// InputAdvice is the error of a file with the command that would import it.
type InputAdvice struct {
	Err     error
	Command string
}

// Error is that of the file.
func (a *InputAdvice) Error() string { return a.Err.Error() }

// Unwrap returns the error of the file.
func (a *InputAdvice) Unwrap() error { return a.Err }

// InputField is the place of a problem in a file, for reports.
func InputField(p *input.InputError) failure.Field {
	return failure.Field{Field: p.Field, Line: p.Line, Column: p.Column, Message: p.Msg, Place: p.Place()}
}

// inputErrors lists the places that an error is about, a few of each kind.
func InputErrors(err error) []*input.InputError {
	switch e := err.(type) { //nolint:errorlint // every branch of the tree is looked at
	case nil:
		return nil
	case *input.InputError:
		return []*input.InputError{e}
	case *input.Refusal:
		return refusalErrors(e)
	case interface{ Unwrap() []error }:
		var all []*input.InputError
		for _, part := range e.Unwrap() {
			all = append(all, InputErrors(part)...)
		}
		return all
	case interface{ Unwrap() error }:
		return InputErrors(e.Unwrap())
	}
	return nil
}

// refusalErrors gives a few examples of each kind of problem.
func refusalErrors(e *input.Refusal) []*input.InputError {
	var all []*input.InputError
	for _, g := range e.Groups {
		all = append(all, Examples(e.File, g)...)
	}
	return all
}

// examples are the first problems of a group, and how many more there are.
func Examples(file string, g input.Group) []*input.InputError {
	var all []*input.InputError
	for n, p := range g.First {
		if n == ShownProblems && g.Count > ShownProblems+1 {
			return append(all, &input.InputError{File: file, Field: g.Field, Msg: fmt.Sprintf("and %d more of these", g.Count-n)})
		}
		all = append(all, &input.InputError{File: file, Line: p.Line, Column: p.Column, Field: p.Field, Msg: p.Message})
	}
	return all
}

// shownProblems is how many problems of a kind are told one by one.
const ShownProblems = 3
