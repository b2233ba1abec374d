package input

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hydracore/hydractl/internal/emailaddr"
)

// emails folds and checks addresses. Most are plain: they take one pass without memory, with the same result as
// emailaddr.Fold and emailaddr.Check.
type emails struct {
	local, host   [256]byte // lower case of what may stand in a part of a plain address, otherwise 0
	caseSensitive bool
	buf           []byte
}

// maxEmailBytes is the longest address (RFC 5321, 4.5.3.1.3).
const maxEmailBytes = 254

func newEmails(caseSensitive bool) *emails {
	e := &emails{caseSensitive: caseSensitive, buf: make([]byte, 0, maxEmailBytes)}
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyz0123456789-.") {
		e.local[c], e.host[c] = c, c
	}
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		e.local[c], e.host[c] = c+'a'-'A', c+'a'-'A'
	}
	for _, c := range []byte("!#$%&'*+/=?^_`{|}~") {
		e.local[c] = c
	}
	return e
}

// key returns the text under which no two customers may exist, good until the next call, or why the text is no address.
func (e *emails) key(text []byte) ([]byte, error) {
	if e.plain(text) && !e.caseSensitive {
		return e.buf, nil
	}
	email := string(text)
	if err := emailaddr.Check(email); err != nil {
		return nil, err
	}
	return []byte(emailKey(email, e.caseSensitive)), nil
}

// emailKey is emailaddr.Fold, which leaves the case of the local part alone when that counts.
func emailKey(email string, caseSensitive bool) string {
	folded := emailaddr.Fold(email)
	if !caseSensitive {
		return folded
	}
	email = norm.NFC.String(strings.TrimSpace(email))
	return email[:strings.LastIndexByte(email, '@')] + folded[strings.LastIndexByte(folded, '@'):]
}

// plain folds an ASCII address of atoms and dots, at a host of letters, digits, dots and single hyphens, into buf. It is
// false for all others, valid or not.
func (e *emails) plain(text []byte) bool {
	at := bytes.IndexByte(text, '@')
	if at < 0 || len(text) > maxEmailBytes {
		return false
	}
	e.buf = e.buf[:len(text)]
	e.buf[at] = '@'
	_, ok := foldAtoms(e.buf[:at], text[:at], &e.local, '.')
	if !ok {
		return false
	}
	dots, ok := foldAtoms(e.buf[at+1:], text[at+1:], &e.host, '-')
	return ok && dots > 0
}

// foldAtoms folds a part of an address into dst and counts its dots. It fails on bytes that are not in the table, and on
// dots and hyphens that do not stand between others.
func foldAtoms(dst, part []byte, fold *[256]byte, hyphen byte) (dots int, ok bool) {
	dst = dst[:len(part)]
	joined := false // the byte before can be followed by a dot or a hyphen
	for i, c := range part {
		folded := fold[c]
		dst[i] = folded
		if folded != '.' && folded != hyphen {
			if folded == 0 {
				return 0, false
			}
			joined = true
			continue
		}
		if !joined {
			return 0, false
		}
		if joined = false; folded == '.' {
			dots++
		}
	}
	return dots, joined
}

// emailMessage says why a text is no address, naming what people and programs put into such cells.
func emailMessage(text string, err error) string {
	shown := fmt.Sprintf(": %q", Clip(text))
	switch n := countAddresses(text); {
	case n == 2:
		return "the cell contains two addresses; keep one" + shown
	case n > 2:
		return fmt.Sprintf("the cell contains %d addresses; keep one%s", n, shown)
	case slices.Contains([]string{"email", "mail", "emailaddress"}, foldName(text)):
		return "the header is repeated here; take the line out" + shown
	case len(text) > 1 && text[0] == '\'' && text[len(text)-1] == '\'':
		return "the address has apostrophes around it; quotes around cells are double quotes in CSV" + shown
	case strings.HasPrefix(strings.ToLower(text), "mailto:"):
		return "the address has mailto: in front; take that off" + shown
	case strings.Contains(text, "<") && n == 1:
		return "the cell contains a name and an address; keep what is between < and >" + shown
	case strings.ContainsRune(text, '＠'):
		return "the address has a full-width @ (U+FF20); write a plain one" + shown
	}
	return err.Error() + shown
}

// unlikelyEmail says why an address is hardly one of a person, though it could be; "" for all others.
func unlikelyEmail(text []byte) string {
	switch {
	case text[0] == '\'':
		return fmt.Sprintf("the address begins with an apostrophe, by which spreadsheets mark a text: %q", Clip(string(text)))
	case bytes.Contains(text, []byte("#EXT#")):
		return fmt.Sprintf("this is the name of a guest account in Entra and not its email: %q", Clip(string(text)))
	}
	return ""
}

// countAddresses counts the addresses in a list of them.
func countAddresses(text string) int {
	n := 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;/|<>()[]\"", r) }) {
		if emailaddr.Check(strings.Trim(word, ":.")) == nil {
			n++
		}
	}
	return n
}
