package input

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones must be known where the system has no list of them

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	maxKnownCodes = 1024 // different texts of a field that are remembered
	maxCode       = 64   // bytes of a text that can be a code
)

// codes checks a field that holds codes and remembers what it found.
type codes struct {
	field  int
	known  map[string]string // what is odd about a text, "" for nothing
	recent [64]codeFound     // the latest texts, found faster than in a map
}

type codeFound struct{ text, message string }

// newCodes gives the checks of the fields that hold codes, nil for the others.
func newCodes() [record.FieldCount]*codes {
	var all [record.FieldCount]*codes
	for _, field := range []int{record.CountryCode, record.Currency, record.Locale, record.Timezone} {
		all[field] = &codes{field: field, known: map[string]string{}}
	}
	return all
}

// check says what is odd about a text that is not empty, "" for nothing.
func (c *codes) check(text []byte) string {
	size := len(text)
	recent := &c.recent[(int(text[0])+7*int(text[size/2])+31*int(text[size-1])+size)%len(c.recent)]
	if recent.text == string(text) {
		return recent.message
	}
	message, met := c.known[string(text)]
	if !met {
		message = oddCode(c.field, string(text))
		if len(c.known) == maxKnownCodes || size > maxCode {
			return message
		}
		c.known[string(text)] = message
	}
	*recent = codeFound{string(text), message}
	return message
}

// CodeWarnings tells which of the country, currency, locale and time zone are not codes that exist. The API fixes no
// format for them, so they are sent all the same.
func CodeWarnings(v *record.Values) []Problem {
	var problems []Problem
	for i, field := range record.Fields() {
		if v[i] == "" {
			continue
		}
		if message := oddCode(i, v[i]); message != "" {
			problems = append(problems, Problem{Field: field.Name, Kind: "unknown_code", Message: message})
		}
	}
	return problems
}

func oddCode(field int, text string) string {
	if len(text) > maxCode {
		text = text[:maxCode] // no code either
	}
	switch field {
	case record.CountryCode:
		return oddCountry(text)
	case record.Currency:
		return oddCurrency(text)
	case record.Locale:
		return oddLocale(text)
	case record.Timezone:
		return oddTimezone(text)
	}
	return ""
}

func oddCountry(text string) string {
	region, err := language.ParseRegion(strings.TrimSpace(text))
	region = region.Canonicalize() // UK is GB, and codes of former countries are those of today
	if err == nil && region.IsCountry() && region.String() == text {
		return ""
	}
	message := fmt.Sprintf("%q is not a country code of ISO 3166-1 alpha-2", text)
	if err == nil && region.IsCountry() {
		message += ", did you mean " + region.String() + "?"
	}
	return message
}

func oddCurrency(text string) string {
	unit, err := currency.ParseISO(strings.TrimSpace(text))
	if err == nil && unit.String() == text {
		return ""
	}
	message := fmt.Sprintf("%q is not a currency code of ISO 4217", text)
	if err == nil {
		message += ", did you mean " + unit.String() + "?"
	}
	return message
}

func oddLocale(text string) string {
	tag, err := language.Raw.Parse(strings.TrimSpace(text))
	if err == nil && tag.String() == text {
		return ""
	}
	message := fmt.Sprintf("%q is not a locale of BCP 47", text)
	if err == nil {
		message += ", did you mean " + tag.String() + "?"
	}
	return message
}

// oddTimezone asks the list of zones of the system, or the one built in. Names of zones begin with a capital, which
// keeps other files of the system's list out.
func oddTimezone(text string) string {
	if text != "" && text[0] >= 'A' && text[0] <= 'Z' && text != "Local" {
		if _, err := time.LoadLocation(text); err == nil {
			return ""
		}
	}
	return fmt.Sprintf("%q is not a time zone of the IANA list, such as Europe/Berlin", text)
}
