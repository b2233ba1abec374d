package config

import (
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
)

// Code is the stable word for a kind of mistake.
type Code string

// The mistakes that an [Error] can name.
const (
	CodeSyntax   Code = "invalid_config"
	CodeKey      Code = "unknown_setting"
	CodeValue    Code = "invalid_value"
	CodeURL      Code = "invalid_url"
	CodeProfile  Code = "unknown_profile"
	CodeConflict Code = "conflicting_credentials"
	CodeChanged  Code = "config_changed"
	CodeRead     Code = "unreadable_file"
	CodeLocation Code = "no_config_file"
	CodeMode     Code = "wrong_mode"
)

// Error is a mistake that the user can fix: in a flag, a variable, the configuration file or its permissions.
// Every one of them is exit code 2. No field ever holds a secret.
type Error struct {
	Code         Code
	Where        string // what the user wrote: a flag, a variable, a path; may be empty
	Line, Column int    // in Where when that is a file, counted from 1; 0 when not known
	Message      string
	Hint         string // a command or the nearest name; may be empty

	cause error
}

// Unwrap returns the system's error, when there was one.
func (e *Error) Unwrap() error { return e.cause }

// Error returns "WHERE:LINE:COLUMN: message", without the parts that are not known.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Where)
	for _, n := range []int{e.Line, e.Column} {
		if n > 0 {
			fmt.Fprintf(&b, ":%d", n)
		}
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	return b.String() + e.Message
}

// Report describes the mistake to the user.
func (e *Error) Report() failure.Report {
	return failure.Report{
		Code: string(e.Code), Message: e.Error(), ExitCode: failure.ExitUsage, Hint: e.Hint,
		Fields: []failure.Field{{Field: e.Where, Line: e.Line, Column: e.Column, Message: e.Message}},
	}
}

// NoCredentialError says that nothing can sign a request. It is exit code 4.
type NoCredentialError struct {
	Reason string
	Hint   string
}

// Error returns the reason.
func (e *NoCredentialError) Error() string { return e.Reason }

// Report describes the error to the user.
func (e *NoCredentialError) Report() failure.Report {
	return failure.Report{Code: "no_credential", Message: e.Reason, ExitCode: failure.ExitAuth, Hint: e.Hint}
}

// KeyringError says that the keyring of the system cannot be used. It is exit code 1.
type KeyringError struct {
	Reason string
	Hint   string
}

// Error returns the reason.
func (e *KeyringError) Error() string { return e.Reason }

// Report describes the error to the user.
func (e *KeyringError) Report() failure.Report {
	return failure.Report{Code: "keyring_failed", Message: e.Reason, ExitCode: failure.ExitUnexpected, Hint: e.Hint}
}
