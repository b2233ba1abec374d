package client

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
)

// maxEmail is the longest address that can be delivered to, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
const maxEmail = 254

// CheckEmail says in one phrase why text is not a bare email address: no name around it, one @, a domain with a dot,
// no quoted local part, at most 254 bytes. It is nil for an address. The backslash, which net/mail refuses, is
// allowed: servers store it.
func CheckEmail(text string) error {
	switch local, domain, found := strings.Cut(text, "@"); {
	case text == "":
		return errors.New("the email is empty")
	case len(text) > maxEmail:
		return errors.New("the email is longer than 254 bytes")
	case strings.ContainsFunc(text, invisible):
		return errors.New("the email holds a blank or an invisible character")
	case strings.ContainsAny(text, "<>"):
		return errors.New("give the bare email, without a name or angle brackets")
	case !found || strings.Contains(domain, "@"):
		return errors.New("an email has exactly one @")
	case strings.HasPrefix(local, `"`):
		return errors.New("a quoted local part is not accepted")
	case !strings.Contains(strings.Trim(domain, "."), "."):
		return errors.New("the email's domain has no dot")
	}
	plain := strings.ReplaceAll(text, `\`, "x")
	parsed, err := mail.ParseAddress(plain)
	if err != nil || parsed.Address != plain { // net/mail reads comments and groups too
		return errors.New("this is not an email address")
	}
	return nil
}

// invisible is a blank, a control character or a format character such as a zero-width space.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
}
