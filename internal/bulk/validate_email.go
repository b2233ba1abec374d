package bulk

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hydracore/hydractl/pkg/client"
)

// emails folds and checks addresses. Most are plain: they take one pass without memory, with the same result as
// client.FoldEmail and client.CheckEmail.
type emails struct {
	fold          [256]byte // lower case of what may stand in a plain address, otherwise 0
	caseSensitive bool
	buf           []byte
}

func newEmails(caseSensitive bool) *emails {
	e := &emails{caseSensitive: caseSensitive}
	for c := 'a'; c <= 'z'; c++ {
		e.fold[c], e.fold[unicode.ToUpper(c)] = byte(c), byte(c)
	}
	for _, c := range []byte("0123456789!#$%&'*+/=?^_`{|}~-.@") {
		e.fold[c] = c
	}
	return e
}

// trimEmail takes blanks and invisible characters off both ends.
func trimEmail(text []byte) []byte {
	return bytes.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
}

// key gives the text under which no two customers may exist, good until the next call, or why there is no address.
func (e *emails) key(text []byte) ([]byte, error) {
	if e.plain(text) && !e.caseSensitive {
		return e.buf, nil
	}
	email := string(text)
	if err := client.CheckEmail(email); err != nil {
		return nil, err
	}
	return []byte(emailKey(email, e.caseSensitive)), nil
}

// emailKey is client.FoldEmail, which leaves the case of the local part alone when that counts.
func emailKey(email string, caseSensitive bool) string {
	folded := client.FoldEmail(email)
	if !caseSensitive {
		return folded
	}
	email = norm.NFC.String(strings.TrimSpace(email))
	return email[:strings.LastIndexByte(email, '@')] + folded[strings.LastIndexByte(folded, '@'):]
}

// plain folds an ASCII address of atoms and dots, at a host of letters, digits, dots and single hyphens, into buf. It is
// false for all others, valid or not.
func (e *emails) plain(text []byte) bool {
	if len(text) > 254 {
		return false
	}
	e.buf = e.buf[:0]
	at, dots, before := -1, 0, byte('.') // before is '.' where a dot or an end would be wrong
	for i, c := range text {
		folded := e.fold[c]
		switch {
		case folded == 0:
			return false
		case folded == '@':
			if at >= 0 || before == '.' {
				return false
			}
			at, folded = i, '@'
			e.buf = append(e.buf, folded)
			before = '.'
			continue
		case folded == '.':
			if before == '.' || at >= 0 && before == '-' {
				return false
			}
			if at >= 0 {
				dots++
			}
		case at < 0:
		case folded == '-':
			if before == '.' || before == '-' {
				return false
			}
		case (folded < 'a' || folded > 'z') && (folded < '0' || folded > '9'):
			return false
		}
		e.buf = append(e.buf, folded)
		before = folded
	}
	return dots > 0 && before != '.' && before != '-'
}
