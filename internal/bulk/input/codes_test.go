package input

import (
	"strings"
	"testing"
)

func TestCodes_Good(t *testing.T) {
	t.Parallel()
	for field, texts := range map[string][]string{
		"country_code": {"DE", "US", "GB", "XK"},
		"currency":     {"EUR", "USD", "JPY"},
		"locale":       {"de-DE", "en", "zh-Hant-TW", "sr-Latn-RS", "es-419"},
		"timezone":     {"Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5", "EST5EDT"},
		"industry":     {"", "anything"},
	} {
		for _, text := range texts {
			if code := CheckCode(field, text); code.Message != "" {
				t.Error(code.Message)
			}
		}
	}
}

func TestCodes_Suggestions(t *testing.T) {
	t.Parallel()
	for field, texts := range map[string]map[string]string{ // "" is nothing, "?" in front is not certain
		"country_code": {
			"USA": "US", "de": "DE", "UK": "GB", "840": "US", "ZZ": "", "EU1": "", "Germany": "DE", " DE": "DE", "DEU": "DE", "Deutschland": "DE", "Allemagne": "DE",
			"Alemania": "DE", "Germania": "DE", "Duitsland": "DE", "Alemanha": "DE", "Niemcy": "DE", "Great Britain": "GB", "U.S.A.": "US", "Cote d’Ivoire": "CI",
			"Österreich": "AT", "Osterreich": "AT", "Atlantis": "",
		},
		"currency": {"usd": "USD", "Euro": "EUR", "XX": "", "€": "EUR", "$": "?", "£": "?", "US$": "USD", "ZZZ": "", "zł": "PLN", "kr": "?"},
		"locale": {
			"en_US": "en-US", "EN-us": "en-US", "english": "en", "German": "de", "Deutsch": "de", "de_DE.UTF-8": "de-DE", "C": "", "de-": "",
		},
		"timezone": {
			"EST5": "", "europe/berlin": "Europe/Berlin", "Local": "", "Berlin": "Europe/Berlin", "New York": "America/New_York", "Buenos Aires": "America/Buenos_Aires",
			"../etc/passwd": "", "Europe": "", "GMT+25": "", "utc": "UTC",
		},
	} {
		for text, want := range texts {
			code := CheckCode(field, text)
			suggestion, uncertain := strings.CutPrefix(want, "?")
			if code.Message == "" || uncertain && code.Certain || !uncertain && (code.Suggestion != suggestion || code.Certain != (want != "")) || suggestion != "" && code.Suggestion != suggestion {
				t.Errorf("%s %q: %+v, want %q", field, text, code, want)
			}
		}
	}
}

func TestCodes_LongText(t *testing.T) {
	t.Parallel()
	for _, table := range newCodeTables() {
		if table == nil {
			continue
		}
		long := strings.Repeat("A", 5000)
		first, again := table.find([]byte(long)), table.find([]byte(long))
		if first.Message == "" || first != again || len(first.Message) > 200 {
			t.Errorf("%q, %q", first.Message, again.Message)
		}
	}
}

func TestCodes_Messages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ field, text, want string }{
		{"country_code", "USA", `"USA" is not a country code of ISO 3166-1 alpha-2, did you mean US?`},
		{"timezone", "Mars/Base", `"Mars/Base" is not a time zone of the IANA list, such as Europe/Berlin`},
		{"currency", "EUR", ""},
		{"company_name", "USA", ""},
	} {
		if code := CheckCode(test.field, test.text); code.Message != test.want {
			t.Errorf("%s %q: %q, want %q", test.field, test.text, code.Message, test.want)
		}
	}
}
