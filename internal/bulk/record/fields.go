// Package record describes one customer to be created: its fields, its place in an input and its state in an import.
package record

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/emailaddr"
)

// Field is an attribute that a new customer can be given.
type Field struct {
	Name string // as in the API
	Help string // one phrase
}

// Fields returns what POST /v1/customers accepts, in the order in which it is shown.
func Fields() []Field {
	return []Field{
		{"company_name", "company name"},
		{"email", "email, unique within the tenant"},
		{"country_code", "country, ISO 3166-1 alpha-2, such as DE"},
		{"currency", "currency, ISO 4217, such as EUR"},
		{"industry", "industry"},
		{"locale", "locale, such as de-DE"},
		{"timezone", "time zone, such as Europe/Berlin"},
	}
}

// Label returns the name of a field, by its place in [Fields], as messages write it.
func Label(field int) string { return strings.ReplaceAll(Fields()[field].Name, "_", " ") }

// CheckField returns why a value cannot be sent for a field: it is empty (the API counts "" as a value), holds NUL or
// invalid UTF-8 (the server fails on both), or is not an email address. Lengths and codes are left to the server.
func CheckField(name, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return errors.New("is empty; leave it out to create the customer without it")
	case !utf8.ValidString(value):
		return errors.New("is not valid UTF-8")
	case strings.ContainsRune(value, 0):
		return errors.New("contains a NUL character")
	}
	if name == "email" {
		if err := emailaddr.Check(value); err != nil {
			return fmt.Errorf("cannot be used: %w", err)
		}
	}
	return nil
}

// FieldNames returns the names of [Fields].
func FieldNames() []string {
	var names []string
	for _, f := range Fields() {
		names = append(names, f.Name)
	}
	return names
}
