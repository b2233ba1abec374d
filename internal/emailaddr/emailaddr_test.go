package emailaddr_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/emailaddr"
)

func TestFold_SpellingsOfOneAddress(t *testing.T) {
	t.Parallel()
	for name, spellings := range map[string][]string{
		"case":        {"a.b@example.com", "A.B@EXAMPLE.com", " a.b@example.com\n"},
		"composition": {"caf\u00e9@example.com", "cafe\u0301@example.com", "CAF\u00c9@example.com"},
		"small iota":  {"\u1fba\u0345@example.com", "\u1f70\u0345@example.com", "\u1fb2@example.com"},
		"domain":      {"a@b\u00fccher.example.com", "a@xn--bcher-kva.example.com", "A@B\u00dcCHER.example.com", "a@XN--BCHER-KVA.example.com"},
		"no address":  {"unknown", "UNKNOWN "},
		"two ats":     {"a@b@example.com", "A@B@example.com"},
		"underscore":  {"a@my_host.example.com", "A@MY_HOST.example.com"},
	} {
		for _, s := range spellings {
			if !emailaddr.Same(spellings[0], s) || emailaddr.Fold(s) != emailaddr.Fold(spellings[0]) {
				t.Errorf("%s: %q folds to %q, %q to %q", name, spellings[0], emailaddr.Fold(spellings[0]), s, emailaddr.Fold(s))
			}
		}
	}
	for _, other := range []string{"b@example.com", "a+x@example.com", "a@example.org", "a.@example.com", ""} {
		if emailaddr.Same("a@example.com", other) {
			t.Errorf("%s is taken for a@example.com", other)
		}
	}
}

func TestSearches_OfAnEmail(t *testing.T) {
	t.Parallel()
	for email, want := range map[string][]string{
		"\u00a0ann@example.com":     {"ann@example.com"},
		"Ann@Example.com":           {"Ann@Example.com", "ann@example.com"},
		"Ann@b\u00fccher.example":   {"Ann@", "ann@"},
		"ann@xn--bcher-kva.example": {"ann@"},
		"@b\u00fccher.example":      {"@b\u00fccher.example", "@xn--bcher-kva.example"},
	} {
		if got := emailaddr.Searches(email); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", email, got, want)
		}
	}
}

func TestFold_Idempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		email := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\pL.+_-]{1,8}@[\pL0-9-]{1,8}\.[\pL]{2,4}`)).Draw(t, "email")
		once := emailaddr.Fold(email)
		if twice := emailaddr.Fold(once); twice != once {
			t.Fatalf("%q folds to %q and then to %q", email, once, twice)
		}
	})
}

func TestCheck_Email(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"a@example.com", "a+tag@example.com", "O'Hara@example.co.uk", `back\slash@example.com`, "50%_off@example.com",
		"jörg@bücher.example.com", "a@my_host.example.com", "a@xn--bcher-kva.example.com", strings.Repeat("a", 242) + "@example.com",
	} {
		if err := emailaddr.Check(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"":                    "empty",
		"ann.example.com":     "one @",
		"a@b@example.com":     "one @",
		"a@example.com|Acme":  "domain contains",
		"a@example.com'":      "domain contains",
		"@example.com":        "not an email",
		"a@":                  "no dot",
		"a@localhost":         "no dot",
		"a@.com":              "no dot",
		"a@com.":              "no dot",
		"a..b@example.com":    "not an email",
		"a@example..com":      "not an email",
		"Ann <a@example.com>": "bare email",
		"<a@example.com>":     "bare",
		`"a"@example.com`:     "quoted",
		"a@example.com ":      "blank",
		"a\u200b@example.com": "invisible",
		"a\u202e@example.com": "invisible",
		"a\x00@example.com":   "invisible",
		"a\xff@example.com":   "invisible",
		"a@example.com,b":     "not an email",
		"g:a@example.com;":    "not an email",
		"a@example.com(c)":    "not an email",
		strings.Repeat("a", 243) + "@example.com": "254 bytes",
	} {
		err := emailaddr.Check(bad)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}
