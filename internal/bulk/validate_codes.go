package bulk

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones must be known where the system has no list of them

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
)

const (
	maxKnownCodes = 1024 // different texts of a field that are remembered
	maxCode       = 64   // bytes of a text that can be a code
)

// codes checks the fields that hold codes and remembers what it found.
type codes [fieldCount]map[string]string

func newCodes() *codes {
	c := &codes{}
	for _, field := range []int{CountryCode, Currency, Locale, Timezone} {
		c[field] = map[string]string{}
	}
	return c
}

// check says what is odd about the code in a field, "" for nothing.
func (c *codes) check(field int, text []byte) string {
	known := c[field]
	if known == nil {
		return ""
	}
	message, met := known[string(text)]
	if !met {
		message = oddCode(field, string(text))
		if len(known) < maxKnownCodes && len(text) <= maxCode {
			known[string(text)] = message
		}
	}
	return message
}

// CodeWarnings tells which of the country, currency, locale and time zone are not codes that exist. The API fixes no
// format for them, so they are sent all the same.
func CodeWarnings(v *Values) []Problem {
	var problems []Problem
	for i, field := range Fields() {
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
	case CountryCode:
		return oddCountry(text)
	case Currency:
		return oddCurrency(text)
	case Locale:
		return oddLocale(text)
	case Timezone:
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
