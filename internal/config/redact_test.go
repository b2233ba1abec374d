package config

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// leak returns the longest part of the secret in text, in any case, URL-encoded or in base64, if it is one of 12
// characters or more.
func leak(text, secret string) string {
	plain, err := url.QueryUnescape(strings.ReplaceAll(text, "+", "%2B"))
	if err != nil {
		plain = text
	}
	for _, seen := range []string{strings.ToLower(text), strings.ToLower(plain)} {
		for i := 0; i+12 <= len(secret); i++ {
			if part := strings.ToLower(secret[i : i+12]); strings.Contains(seen, part) {
				return part
			}
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
				if part := encoding.EncodeToString([]byte(secret[i : i+12])); strings.Contains(seen, strings.ToLower(part)) {
					return part
				}
			}
		}
	}
	return ""
}

func escaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func TestRedactor_SecretWithEscape(t *testing.T) {
	t.Parallel()
	var r Redactor
	r.Add(NewSecret("!!!!!!!!!!!%00!!"))
	if got := r.Redact("it says: !!!!!!!!!!!%00, and no more"); got != "it says: ***, and no more" {
		t.Errorf("got %q", got)
	}
	if got := r.Redact("\xff\u0130 !!!!!!!!!!!%00 \xfe"); got != "\xff\u0130 *** \xfe" {
		t.Errorf("text that is not UTF-8: %q", got)
	}
}

// TestRedactor_NoPartPasses hides a part of a secret in text in every way, in any number of writes.
func TestRedactor_NoPartPasses(t *testing.T) {
	t.Parallel()
	forms := map[string]func(string) string{
		"plain": func(s string) string { return s }, "upper": strings.ToUpper, "lower": strings.ToLower,
		"query": url.QueryEscape, "every byte": escaped, "twice": func(s string) string { return strings.ReplaceAll(escaped(s), "%", "%25") },
		"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"in base64": func(s string) string {
			return base64.RawURLEncoding.EncodeToString([]byte("user:" + s + "!"))
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[!-)+-~]{16,48}`).Draw(t, "secret")
		from := rapid.IntRange(0, len(secret)-14).Draw(t, "from") // base64 keeps 12 of 14, wherever its groups begin
		part := secret[from:rapid.IntRange(from+14, len(secret)).Draw(t, "to")]
		form := rapid.SampledFrom([]string{"plain", "upper", "lower", "query", "every byte", "twice", "base64", "in base64"}).Draw(t, "form")
		text := "the server says " + forms[form](part) + " and no more\n"
		var r Redactor
		r.Add(NewSecret(secret))
		got := r.Redact(text)
		if found := leak(got, secret); found != "" || !strings.Contains(got, redacted) {
			t.Fatalf("%s: %q holds %q", form, got, found)
		}
		if form != "plain" {
			return
		}
		if !strings.HasPrefix(got, "the server says ") || !strings.HasSuffix(got, " and no more\n") {
			t.Fatalf("the rest is changed: %q", got)
		}
		var out strings.Builder
		w := r.Writer(&out)
		cut := rapid.IntRange(0, len(text)).Draw(t, "cut")
		for _, p := range []string{text[:cut], text[cut:]} {
			if n, err := w.Write([]byte(p)); n != len(p) || err != nil {
				t.Fatal(n, err)
			}
		}
		if found := leak(out.String(), secret); found != "" {
			t.Fatalf("in two writes: %q holds %q", out.String(), found)
		}
	})
}

func TestRedactor_Texts(t *testing.T) {
	t.Parallel()
	var r Redactor
	r.Add(NewSecret("hc_live_4fKq81Zx03LmPw77"), NewSecret("s3cret"), NewSecret("abc"), Secret{})
	for _, tt := range []struct{ text, want string }{
		{"nothing to hide", "nothing to hide"},
		{"", ""},
		{"100% of 5%, %zz, %4", "100% of 5%, %zz, %4"},
		{"key hc_live_4fKq81Zx03LmPw77 refused", "key *** refused"},
		{"HC_LIVE_4FKQ81ZX03LMPW77", "***"},
		{"short: s3cret, S3CRET", "short: ***, ***"},
		{"abc is too short to be masked", "abc is too short to be masked"},
		{"export HYDRACORE_API_KEY=hc_live_... or hc_test_...", "export HYDRACORE_API_KEY=hc_live_... or hc_test_..."},
		{"masked hc_live_…Pw77", "masked hc_live_…Pw77"},
		{"no such customer: hc_test_unknownUNKNOWN12", "no such customer: ***"},
		{"token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl expired", "token *** expired"},
		{"eyjafjallajoekull is a volcano", "eyjafjallajoekull is a volcano"},
	} {
		if got := r.Redact(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}
