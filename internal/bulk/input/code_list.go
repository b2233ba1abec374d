package input

import (
	_ "embed"
	"strings"

	"golang.org/x/text/currency"
)

// timezones are the names of zone.tab of the IANA list, and UTC, one per line.
//
//go:embed timezones.txt
var timezones string

// CodeName is a code and what it is called; Name is "" where the code says it all.
type CodeName struct{ Code, Name string }

// CodeList returns the codes of a field, for completion: countries, currencies and time zones; nil for any other field.
func CodeList(field string) []CodeName {
	switch field {
	case "country_code":
		return countryList()
	case "currency":
		return currencyList()
	case "timezone":
		var all []CodeName
		for name := range strings.FieldsSeq(timezones) {
			all = append(all, CodeName{Code: name})
		}
		return all
	}
	return nil
}

func countryList() []CodeName {
	var all []CodeName
	for code, names := range named(countryNamesText) {
		all = append(all, CodeName{code, names[0]})
	}
	return all
}

// currencyList returns the currencies that are in use somewhere.
func currencyList() []CodeName {
	var all []CodeName
	seen := map[string]bool{}
	for units := currency.Query(); units.Next(); {
		if code := units.Unit().String(); !seen[code] {
			seen[code] = true
			all = append(all, CodeName{Code: code})
		}
	}
	return all
}
