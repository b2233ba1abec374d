package cli

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
)

// crash tells of a panic and closes what is open. What the panic says may be a request's or an answer's text, so only the Go
// runtime's own words are shown; the stack holds addresses, no values.
func (e *Env) crash(value any, stack []byte) {
	what := fmt.Sprintf("a value of type %T", value)
	if err, ok := value.(error); ok {
		if own, ok := errors.AsType[runtime.Error](err); ok {
			what = own.Error()
		}
	}
	r := &Report{
		Code: "panic", ExitCode: failure.ExitUnexpected, Outcome: failure.OutcomeUnknown,
		Message: fmt.Sprintf("this is a bug in hydractl %s (%s): %s", e.Build.Version, e.Build.Platform, what),
		Hint:    "look before you repeat a write, and report the bug with the stack",
	}
	if e.JSONErrors() {
		r.Notes = strings.Split(strings.TrimSpace(string(stack)), "\n")
		r.Print(e)
	} else {
		r.Print(e)
		_, _ = e.Err.Write(stack)
	}
	defer func() { _ = recover() }() // what is broken may break again
	e.Close()
}

// guard runs f and lets a panic in it end in exit code 1.
func (e *Env) Guard(f func() int) (code int) {
	defer func() {
		if value := recover(); value != nil {
			code = failure.ExitUnexpected
			e.crash(value, debug.Stack())
		}
	}()
	return f()
}
