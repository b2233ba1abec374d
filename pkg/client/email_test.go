package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestSpellingsOfOneAddressFoldToOne(t *testing.T) {
	t.Parallel()
	for name, spellings := range map[string][]string{
		"case":        {"a.b@example.com", "A.B@EXAMPLE.com", " a.b@example.com\n"},
		"composition": {"caf\u00e9@example.com", "cafe\u0301@example.com", "CAF\u00c9@example.com"},
		"small iota":  {"\u1fba\u0345@example.com", "\u1f70\u0345@example.com", "\u1fb2@example.com"},
		"domain":      {"a@b\u00fccher.example.com", "a@xn--bcher-kva.example.com", "A@B\u00dcCHER.example.com", "a@XN--BCHER-KVA.example.com"},
		"no address":  {"nobody", "NOBODY "},
		"two ats":     {"a@b@example.com", "A@B@example.com"},
		"underscore":  {"a@my_host.example.com", "A@MY_HOST.example.com"},
	} {
		for _, s := range spellings {
			if !client.SameEmail(spellings[0], s) || client.FoldEmail(s) != client.FoldEmail(spellings[0]) {
				t.Errorf("%s: %q folds to %q, %q to %q", name, spellings[0], client.FoldEmail(spellings[0]), s, client.FoldEmail(s))
			}
		}
	}
	for _, other := range []string{"b@example.com", "a+x@example.com", "a@example.org", "a.@example.com", ""} {
		if client.SameEmail("a@example.com", other) {
			t.Errorf("%s is taken for a@example.com", other)
		}
	}
}

func TestFoldingIsDoneAfterOneStep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		email := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\pL.+_-]{1,8}@[\pL0-9-]{1,8}\.[\pL]{2,4}`)).Draw(t, "email")
		once := client.FoldEmail(email)
		if twice := client.FoldEmail(once); twice != once {
			t.Fatalf("%q folds to %q and then to %q", email, once, twice)
		}
	})
}

func TestCheckEmail(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"a@example.com", "a+tag@example.com", "O'Hara@example.co.uk", `back\slash@example.com`, "50%_off@example.com",
		"jörg@bücher.example.com", "a@xn--bcher-kva.example.com", strings.Repeat("a", 242) + "@example.com",
	} {
		if err := client.CheckEmail(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"":                    "empty",
		"nobody":              "one @",
		"a@b@example.com":     "one @",
		"@example.com":        "not an email",
		"a@":                  "no dot",
		"a@localhost":         "no dot",
		"a@.com":              "no dot",
		"a@com.":              "no dot",
		"a..b@example.com":    "not an email",
		"a@example..com":      "not an email",
		"Ann <a@example.com>": "blank",
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
		err := client.CheckEmail(bad)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}

func TestASearchThatComparesLettersFindsTheFoldedSpelling(t *testing.T) {
	t.Parallel()
	var searched []string
	s := &spy{reply: func(_ int, r *http.Request) *http.Response {
		search := r.URL.Query().Get("search")
		searched = append(searched, search)
		row := ""
		if search == "anna@example.com" {
			row = `{"id":"` + idOf(1) + `","email":"anna@example.com"}`
		}
		return response(r, 200, fmt.Sprintf(`{"customers":[%s],"page":1,"per_page":100,"total":%d,"total_pages":1}`, row, min(len(row), 1)))
	}}
	c := newClient(t, "https://api.example.com", client.WithTransport(s))
	for email, want := range map[string]int{"Anna@Example.com": 1, "Bob@Example.com": 0, "bob@example.com": 0} {
		searched = nil
		found, err := c.Customers.FindByEmail(t.Context(), email)
		if err != nil || len(found) != want {
			t.Errorf("%q: %d found, %v", email, len(found), err)
		}
		if email == "bob@example.com" && len(searched) != 1 {
			t.Errorf("searched for %q", searched)
		}
	}
}

// Both spellings of an international domain share the local part, which is what is searched for.
func TestTheFoldedSearchFindsEitherSpellingOfADomain(t *testing.T) {
	t.Parallel()
	const stored = "anna@b\u00fccher.example"
	s := &spy{reply: func(_ int, r *http.Request) *http.Response {
		row, search := "", r.URL.Query().Get("search")
		if strings.Contains(stored, search) {
			row = `{"id":"` + idOf(1) + `","email":"` + stored + `"}`
		}
		return response(r, 200, fmt.Sprintf(`{"customers":[%s],"page":1,"per_page":100,"total":%d,"total_pages":1}`, row, min(len(row), 1)))
	}}
	c := newClient(t, "https://api.example.com", client.WithTransport(s))
	for _, email := range []string{"Anna@B\u00fccher.example", "Anna@xn--bcher-kva.example"} {
		if found, err := c.Customers.FindByEmail(t.Context(), email); err != nil || len(found) != 1 {
			t.Errorf("%q: %d found, %v", email, len(found), err)
		}
	}
}
