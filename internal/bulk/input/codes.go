package input

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	// KindUnknownCode is the kind of a text that is no code.
	KindUnknownCode = "unknown_code"

	maxKnownCodes = 1024 // different texts of a field that are remembered
	maxCode       = 64   // bytes of a text that can be a code
)

// Code is what is known of a text in a field that holds codes.
type Code struct {
	Message    string // why it is not a code, "" when it is one
	Suggestion string // the code that it stands for, "" when that is not known
	Certain    bool   // it can stand for nothing else, so --fix-codes converts it
}

// CheckCode looks at a country, currency, locale or time zone; every text is good for other fields. The API fixes no format for
// them, so import, create and clone warn about what is not a code, and send it all the same.
func CheckCode(field, text string) Code {
	i, ok := fieldIndex(field)
	if !ok {
		return Code{}
	}
	return newCodeTables()[i].find([]byte(text))
}

// CodeCount is a text that is not a code, and how often it stands in the input.
type CodeCount struct {
	Field      string `json:"field"`
	Text       string `json:"text"`
	Count      int    `json:"count"`
	Suggestion string `json:"suggestion"` // the code that it stands for, "" when that is not known
	Certain    bool   `json:"certain"`    // it can stand for nothing else, so --fix-codes converts it
	Converted  bool   `json:"converted"`  // by --fix-codes; otherwise it is sent as it stands
}

// codeTable looks texts of one field up and remembers what it found. It belongs to one pass over the input.
type codeTable struct {
	kind    string                                        // what a code of the field is, and an example
	suggest func(text string) (code string, certain bool) // the code that a text stands for
	known   map[string]Code
	recent  [64]recentCode // the latest texts, found faster than in a map
}

type recentCode struct {
	text string
	code *Code
}

// newCodeTables makes the tables of the fields that hold codes, nil for the others.
func newCodeTables() (all [record.FieldCount]*codeTable) {
	named := func(find func(text string, names func() codeNames) (string, bool), names func() codeNames) func(string) (string, bool) {
		names = sync.OnceValue(names)
		return func(text string) (string, bool) { return find(text, names) }
	}
	table := func(kind string, suggest func(string) (string, bool)) *codeTable {
		return &codeTable{kind: kind, suggest: suggest, known: map[string]Code{}}
	}
	all[record.CountryCode] = table("a country code of ISO 3166-1 alpha-2, such as DE", named(countryOf, countryNames))
	all[record.Currency] = table("a currency code of ISO 4217, such as EUR", named(currencyOf, currencyNames))
	all[record.Locale] = table("a locale of BCP 47, such as de-DE", named(localeOf, languageNames))
	all[record.Timezone] = table("a time zone of the IANA list, such as Europe/Berlin", timezoneOf)
	return all
}

// find looks up a text. Every text is good for a field that holds no codes.
func (c *codeTable) find(text []byte) Code {
	size := len(text)
	if c == nil || size == 0 {
		return Code{}
	}
	recent := &c.recent[(int(text[0])+7*int(text[size/2])+31*int(text[size-1])+size)%len(c.recent)]
	if recent.code != nil && recent.text == string(text) {
		return *recent.code
	}
	code, met := c.known[string(text)]
	if !met {
		code = c.classify(string(text))
		if len(c.known) == maxKnownCodes || size > maxCode {
			return code
		}
		c.known[string(text)] = code
	}
	*recent = recentCode{string(text), &code}
	return code
}

// classify finds out what is known of a text.
func (c *codeTable) classify(text string) Code {
	shown := text
	if len(text) > maxCode {
		text = "" // no code, and no name of one
		shown = ClipTo(shown, maxCode)
	}
	suggestion, certain := c.suggest(text)
	switch {
	case suggestion == "":
		return Code{Message: fmt.Sprintf("%q is not %s", shown, c.kind)}
	case suggestion == text:
		return Code{}
	}
	kind, _, _ := strings.Cut(c.kind, ", such as")
	return Code{Message: fmt.Sprintf("%q is not %s, did you mean %s?", shown, kind, suggestion), Suggestion: suggestion, Certain: certain}
}
