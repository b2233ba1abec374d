package cmd

import (
	"fmt"
	"strings"
)

// failure is an error that a command raises itself, with all that a report needs.
type failure struct {
	exit    int
	code    string // a stable snake_case word
	message string
	hint    string // a command, or what to do
	fields  []reportField
	cause   error
	// retryable tells that the same command may do better.
	retryable bool
	outcome   string // one of the outcomes; "" follows from the exit code
}

func (f *failure) Error() string { return f.message }

func (f *failure) Unwrap() error { return f.cause }

// usagef is a usage error: exit 2, and nothing was sent.
func usagef(format string, args ...any) *failure {
	return &failure{exit: exitUsage, code: "usage", message: fmt.Sprintf(format, args...)}
}

// invalidf is a value that was refused here: exit 2. The place is a flag, an argument or a file's field.
func invalidf(place, format string, args ...any) *failure {
	message := fmt.Sprintf(format, args...)
	return &failure{
		exit: exitUsage, code: "invalid_input", message: place + " " + message,
		fields: []reportField{{Field: place, Message: message}},
	}
}

func notFoundf(format string, args ...any) *failure {
	return &failure{exit: exitNotFound, code: "not_found", message: fmt.Sprintf(format, args...)}
}

// inPlaces is an API error whose fields the user gave elsewhere than in flags of the same name.
type inPlaces struct {
	error
	places map[string]reportField // by the API's name, without a message
}

func (e *inPlaces) Unwrap() error { return e.error }

func joinComma(words []string) string { return strings.Join(words, ", ") }

// joinOr joins words as in "a, b or c".
func joinOr(words []string) string {
	if len(words) < 2 {
		return joinComma(words)
	}
	return joinComma(words[:len(words)-1]) + " or " + words[len(words)-1]
}
