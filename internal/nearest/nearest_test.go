package nearest

import "testing"

func TestMatch_TypingMistakesOnly(t *testing.T) {
	words := []string{"email", "company_name", "country_code", "id"}
	for word, want := range map[string]string{
		"emial": "email", "e-mail": "email", "company-name": "company_name", "contry_code": "country_code",
		"id": "id", "di": "id", "zz": "", "": "", "telephone": "", "nail": "", "idea": "",
	} {
		if got := Match(word, words); got != want {
			t.Errorf("Match(%q) = %q, want %q", word, got, want)
		}
	}
}
