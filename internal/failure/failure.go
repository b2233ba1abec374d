// Package failure describes how a command fails: its exit code and what is printed on stderr. An error of any package
// describes itself by a method Report, so that no single place has to know every error type.
package failure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The outcomes of a failed command.
const (
	OutcomeNone    = "none"    // nothing was changed
	OutcomeUnknown = "unknown" // a write may have been carried out
	OutcomePartial = "partial" // a part was done
)

// Report is what is printed about a failed command, as text or as JSON.
type Report struct {
	Code      string   `json:"code"` // a stable snake_case word
	Message   string   `json:"message"`
	Status    *int     `json:"status"` // of the HTTP response; nil without one
	ExitCode  int      `json:"exit_code"`
	Retryable bool     `json:"retryable"` // the same command may succeed later
	Outcome   string   `json:"outcome"`
	Fields    []Field  `json:"fields"`
	Hint      string   `json:"hint"` // a command, or what to do
	RequestID string   `json:"request_id"`
	Notes     []string `json:"notes,omitempty"` // printed before the failure

	File string `json:"-"` // that the report is about; it names several problems together
}

// Field is a refused field, under the name that the user gave it.
type Field struct {
	Field   string `json:"field"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`

	Place string `json:"-"` // FILE:LINE:COLUMN: field, where text shows more than the field
}

// Panic is a panic that is repeated elsewhere, and the stack of where it began.
type Panic struct {
	Value any
	Stack []byte
}

// Reporter is an error that describes itself.
type Reporter interface {
	error
	Report() Report
}

// Of returns the report of the first error in the tree of err that describes itself. Where that is a mistake of the user
// and there are more of them, the report is about all.
func Of(err error) (Report, bool) {
	all := reporters(err)
	if len(all) == 0 {
		return Report{}, false
	}
	report := all[0].Report()
	report.Outcome = cmp.Or(report.Outcome, outcomeOf(report.ExitCode))
	if report.ExitCode != ExitUsage {
		return report, true
	}
	mistakes := []Report{report}
	for _, other := range all[1:] {
		if r := other.Report(); r.ExitCode == ExitUsage {
			mistakes = append(mistakes, r)
		}
	}
	if len(mistakes) > 1 {
		report.join(mistakes)
	}
	return report, true
}

// join makes the report one about all mistakes. A hint that all have, or that leads to the help of the command, is the hint of the
// whole; any other stands with its mistake.
func (r *Report) join(mistakes []Report) {
	general := func(m Report) bool { return strings.HasSuffix(m.Hint, " --help") }
	if slices.ContainsFunc(mistakes, func(m Report) bool { return m.Hint != r.Hint }) {
		r.Hint = ""
		if i := slices.IndexFunc(mistakes, general); i >= 0 {
			r.Hint = mistakes[i].Hint
		}
	}
	r.Fields = nil
	for _, m := range mistakes {
		fields := slices.Clone(m.fields())
		if m.Hint != "" && m.Hint != r.Hint && !general(m) {
			fields[len(fields)-1].Message += "; " + m.Hint
		}
		r.Fields = append(r.Fields, fields...)
		if m.File != r.File {
			r.File = ""
		}
	}
	r.Message = Problems(r.File, len(mistakes))
}

// WithHint returns err with another hint in its report.
func WithHint(err error, hint string) error {
	report, ok := Of(err)
	if !ok {
		return err
	}
	report.Hint = hint
	return &described{err, report}
}

// described is an error with a report of its own.
type described struct {
	error

	report Report
}

func (d *described) Unwrap() error  { return d.error }
func (d *described) Report() Report { return d.report }

// reporters lists the errors in the tree of err that describe themselves, without those that they wrap.
func reporters(err error) []Reporter {
	switch e := err.(type) { //nolint:errorlint // every branch of the tree is looked at
	case Reporter:
		return []Reporter{e}
	case interface{ Unwrap() error }:
		return reporters(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []Reporter
		for _, part := range e.Unwrap() {
			all = append(all, reporters(part)...)
		}
		return all
	}
	return nil
}

// Problems is the message about several problems of a file, or of the command line where file is empty.
func Problems(file string, n int) string {
	return fmt.Sprintf("%s has %d problems; nothing was sent", cmp.Or(file, "the command line"), n)
}

// fields returns the fields of the report, or its message as the only one.
func (r *Report) fields() []Field {
	if len(r.Fields) > 0 {
		return r.Fields
	}
	return []Field{{Message: r.Message}}
}

// Failure is an error with everything that its report needs.
type Failure struct {
	Exit      int
	Code      string
	Message   string
	Hint      string
	Fields    []Field
	Cause     error
	Retryable bool
	Outcome   string // empty: follows from the exit code
}

// Error returns the message.
func (f *Failure) Error() string { return f.Message }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Report returns the description of the failure, with status and request ID of a cause that has them.
func (f *Failure) Report() Report {
	r := Report{
		Code: f.Code, Message: f.Message, ExitCode: f.Exit, Retryable: f.Retryable,
		Outcome: cmp.Or(f.Outcome, outcomeOf(f.Exit)), Fields: f.Fields, Hint: f.Hint,
	}
	if cause, ok := Of(f.Cause); ok {
		r.Status, r.RequestID = cause.Status, cause.RequestID
	}
	return r
}

func outcomeOf(exit int) string {
	switch exit {
	case ExitUnknown:
		return OutcomeUnknown
	case ExitPartial:
		return OutcomePartial
	}
	return OutcomeNone
}

// Usagef returns a usage error: exit 2, nothing was sent.
func Usagef(format string, args ...any) *Failure {
	return &Failure{Exit: ExitUsage, Code: "usage", Message: fmt.Sprintf(format, args...)}
}

// Invalidf returns a refused value: exit 2, nothing was sent. The place is a flag, an argument or a field of a file.
func Invalidf(place, format string, args ...any) *Failure {
	message := fmt.Sprintf(format, args...)
	return &Failure{
		Exit: ExitUsage, Code: "invalid_input", Message: place + ": " + message,
		Fields: []Field{{Field: place, Message: message}},
	}
}

// NotFoundf returns an error for something that does not exist: exit 3.
func NotFoundf(format string, args ...any) *Failure {
	return &Failure{Exit: ExitNotFound, Code: "not_found", Message: fmt.Sprintf(format, args...)}
}
