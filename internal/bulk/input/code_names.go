package input

import (
	_ "embed"
	"fmt"
	"iter"
	"maps"
	"strings"
	"time"
	_ "time/tzdata" // zones must be known where the system has no list of them
	"unicode"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
)

// countryNamesText and languageNamesText are what Unicode's CLDR calls countries and languages: a line for each code, then a tab
// before each name. They are files, since the tables of x/text/language/display cost every start of the program a millisecond.
// `go test -run TestCodeNames -update .` writes them.
//
//go:embed countries.txt
var countryNamesText string

//go:embed languages.txt
var languageNamesText string

// named yields each code of a list of names with its names.
func named(text string) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		for line := range strings.Lines(text) {
			code, names, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if !yield(code, strings.Split(names, "\t")) {
				return
			}
		}
	}
}

// codeNames are the names of countries and languages, folded, made when the first is asked for.
type codeNames map[string]string

// countryNames maps the names of all countries to their codes. A name that two have is that of the country that has it in the
// earlier language.
func countryNames() codeNames {
	names := codeNames{}
	for language := 0; ; language++ {
		last := true
		for code, all := range named(countryNamesText) {
			if language < len(all) {
				names.add(all[language], code)
				last = false
			}
		}
		if last {
			break
		}
	}
	maps.Copy(names, countryAliases())
	return names
}

// languageNames maps the names of languages, each's own among them, to their codes.
func languageNames() codeNames {
	names := codeNames{}
	for code, all := range named(languageNamesText) {
		for _, name := range all {
			names.add(name, code)
		}
	}
	return names
}

func (n codeNames) add(name, code string) {
	if folded := foldName(name); folded != "" && n[folded] == "" {
		n[folded] = code
	}
}

// countryOf is the country code that a text stands for; a code stands for itself.
func countryOf(text string, names func() codeNames) (code string, certain bool) {
	region, err := language.ParseRegion(strings.TrimSpace(text))
	if region = region.Canonicalize(); err == nil && region.IsCountry() { // UK is GB, and codes of former countries are those of today
		return region.String(), true
	}
	code = names()[foldName(strings.TrimRight(text, "."))]
	return code, code != ""
}

// countryAliases are everyday names that are in no list of the library, folded.
func countryAliases() map[string]string {
	return map[string]string{
		"greatbritain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northernireland": "GB", "unitedstatesofamerica": "US", "america": "US",
		"u.s.": "US", "u.s": "US", "u.s.a": "US", "u.k": "GB", "holland": "NL", "thenetherlands": "NL", "czechrepublic": "CZ", "republicofireland": "IE",
		"russianfederation": "RU", "republicofkorea": "KR", "korearepublicof": "KR", "vietnam": "VN", "turkey": "TR", "macedonia": "MK", "ivorycoast": "CI",
		"uae": "AE", "burma": "MM", "swaziland": "SZ", "capeverde": "CV", "brd": "DE", "bundesrepublikdeutschland": "DE",
		"federalrepublicofgermany": "DE", "rfa": "DE", "iran,islamicrepublicof": "IR", "moldova,republicof": "MD", "taiwan,provinceofchina": "TW",
	}
}

// currencyOf is the currency code that a text stands for.
func currencyOf(text string, names func() codeNames) (code string, certain bool) {
	trimmed := strings.TrimSpace(text)
	if unit, err := currency.ParseISO(trimmed); err == nil {
		return unit.String(), true
	}
	code = names()[foldName(trimmed)]
	return code, code != ""
}

// currencyNames maps the names and signs of currencies to their codes; signs that several have, such as $, are not among them.
func currencyNames() codeNames {
	names, shared := codeNames{}, map[string]bool{}
	for units := currency.Query(); units.Next(); {
		unit := units.Unit()
		sign := strings.ToLower(fmt.Sprint(currency.NarrowSymbol(unit)))
		sign = strings.TrimSpace(sign)
		if other := names[sign]; other != "" && other != unit.String() {
			shared[sign] = true
		}
		names.add(sign, unit.String())
	}
	for sign := range shared {
		delete(names, foldName(sign))
	}
	maps.Copy(names, currencyAliases())
	return names
}

// currencyAliases are names of currencies, which the library does not have, folded.
func currencyAliases() map[string]string {
	return map[string]string{
		"euro": "EUR", "euros": "EUR", "usdollar": "USD", "usdollars": "USD", "us$": "USD", "unitedstatesdollar": "USD", "britishpound": "GBP",
		"poundsterling": "GBP", "sterling": "GBP", "gbpound": "GBP", "swissfranc": "CHF", "schweizerfranken": "CHF", "sfr": "CHF", "sfr.": "CHF",
		"yen": "JPY", "japaneseyen": "JPY", "zloty": "PLN", "złoty": "PLN", "zł": "PLN", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY",
		"canadiandollar": "CAD", "australiandollar": "AUD", "newzealanddollar": "NZD", "indianrupee": "INR", "danishkrone": "DKK", "swedishkrona": "SEK",
		"norwegiankrone": "NOK", "czechkoruna": "CZK", "kč": "CZK", "forint": "HUF", "brazilianreal": "BRL", "mexicanpeso": "MXN", "rand": "ZAR",
	}
}

// localeOf is the locale that a text stands for.
func localeOf(text string, names func() codeNames) (code string, certain bool) {
	trimmed := strings.TrimSpace(text)
	if base, _, found := strings.Cut(trimmed, "."); found { // de_DE.UTF-8
		trimmed = base
	}
	if tag, err := language.Raw.Parse(trimmed); err == nil && tag != language.Und {
		return tag.String(), true
	}
	code = names()[foldName(trimmed)]
	return code, code != ""
}

// timezoneOf is the time zone that a text stands for: a name of the list of the system or of the one built in, in any case, or the
// city of one.
func timezoneOf(text string) (code string, certain bool) {
	if isZone(text) {
		return text, true
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return '_'
		}
		return r
	}, strings.TrimSpace(text))
	words := zoneCase(name)
	if strings.Contains(name, "/") || strings.EqualFold(name, "utc") {
		for _, candidate := range []string{words, strings.ToUpper(name)} {
			if isZone(candidate) {
				return candidate, true
			}
		}
		return "", false
	}
	if len(name) < 4 || isZone(words) {
		return "", false
	}
	for _, area := range []string{"Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian"} {
		if isZone(area + "/" + words) {
			if code != "" {
				return "", false
			}
			code = area + "/" + words
		}
	}
	return code, code != ""
}

// zoneCase writes the words of a zone as the list does.
func zoneCase(name string) string {
	upper := true
	return strings.Map(func(r rune) rune {
		was := upper
		upper = r == '/' || r == '_' || r == '-'
		if was {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, name)
}

// isZone asks the list of zones of the system, or the one built in. Names of zones begin with a capital, which keeps other files
// of the system's list out.
func isZone(name string) bool {
	if name == "" || name[0] < 'A' || name[0] > 'Z' || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
