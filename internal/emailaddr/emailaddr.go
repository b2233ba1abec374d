// Package emailaddr compares and checks email addresses.
package emailaddr

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// maxBytes is the longest address that mail can be delivered to (RFC 5321, 4.5.3.1.3, less the angle brackets).
const maxBytes = 254

// Fold returns the form in which two spellings are the same address: NFC, trimmed, lower case, and the domain in ASCII
// by IDNA (RFC 5891). It is for comparing; requests carry the spelling that the user gave.
func Fold(email string) string {
	email = strings.ToLower(norm.NFC.String(strings.TrimSpace(email)))
	email = norm.NFC.String(email) // a lower-case letter may compose where its capital did not
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return email
	}
	domain, err := idna.Lookup.ToASCII(email[at+1:])
	if err != nil {
		return email
	}
	return email[:at+1] + domain
}

// Same reports whether two spellings are the same address.
func Same(a, b string) bool { return a == b || Fold(a) == Fold(b) }

// Searches returns what to search for, one after the other, until a customer with an email is found: the email as it is and,
// because a server may compare letters exactly, folded. Of an address in an international domain it is the local part, which
// both spellings of the domain share.
func Searches(email string) []string {
	given, folded := searchFor(strings.TrimSpace(email)), searchFor(Fold(email))
	if folded == given {
		return []string{given}
	}
	return []string{given, folded}
}

func searchFor(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	international := strings.Contains(strings.ToLower(domain), "xn--") || strings.ContainsFunc(domain, func(r rune) bool { return r > unicode.MaxASCII })
	if local != "" && international {
		return local + "@"
	}
	return email
}

// Check returns why text is not a bare email address, or nil: no name around it, one @, a domain with a dot, no quoted
// local part, at most 254 bytes. A backslash, which net/mail refuses, is allowed, because servers store it.
func Check(text string) error {
	switch local, domain, found := strings.Cut(text, "@"); {
	case text == "":
		return errors.New("the email is empty")
	case len(text) > maxBytes:
		return errors.New("the email is longer than 254 bytes")
	case strings.ContainsAny(text, "<>"):
		return errors.New("give the bare email, without a name or angle brackets")
	case strings.ContainsFunc(text, isInvisible):
		return errors.New("the email contains a blank or an invisible character")
	case !found || strings.Contains(domain, "@"):
		return errors.New("an email has exactly one @")
	case strings.HasPrefix(local, `"`):
		return errors.New("a quoted local part is not accepted")
	case !strings.Contains(strings.Trim(domain, "."), "."):
		return errors.New("the email's domain has no dot")
	case strings.ContainsAny(domain, "!\"#$&'*+/=?^`{|}~"): // which net/mail lets through
		return errors.New("the email's domain contains a character that no domain has")
	}
	plain := strings.ReplaceAll(text, `\`, "x")
	parsed, err := mail.ParseAddress(plain)
	if err != nil || parsed.Address != plain { // net/mail also accepts comments and groups
		return errors.New("this is not an email address")
	}
	return nil
}

// isInvisible reports whether r is a blank, a control character or a format character such as a zero-width space.
func isInvisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
}
