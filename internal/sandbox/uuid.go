package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

// uuid is an RFC 9562 identifier.
type uuid [16]byte

// newUUID is a random one (version 4).
func newUUID() uuid {
	var u uuid
	_, _ = rand.Read(u[:]) // never fails since Go 1.24
	return u.version4()
}

func (u uuid) version4() uuid {
	u[6] = u[6]&0x0F | 0x40
	u[8] = u[8]&0x3F | 0x80
	return u
}

func (u uuid) String() string { return string(u.append(nil)) }

func (u uuid) append(b []byte) []byte {
	start := 0
	for _, end := range []int{4, 6, 8, 10, 16} {
		if start > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, u[start:end])
		start = end
	}
	return b
}

// parseUUID takes the spellings that pydantic 2 takes: 32 digits, or 8-4-4-4-12 bare, in braces or after "urn:uuid:".
// why holds its words for what is wrong, "" when nothing is.
func parseUUID(s string) (u uuid, why string) {
	digits := s
	switch {
	case len(s) == 38 && s[0] == '{' && s[37] == '}':
		digits = s[1:37]
	case len(s) == 45 && strings.HasPrefix(s, "urn:uuid:"):
		digits = s[9:]
	}
	if len(digits) == 36 && digits[8] == '-' && digits[13] == '-' && digits[18] == '-' && digits[23] == '-' {
		digits = digits[:8] + digits[9:13] + digits[14:18] + digits[19:23] + digits[24:]
	} else if len(s) != 32 {
		return u, whyNotUUID(s)
	}
	if raw, err := hex.DecodeString(digits); err == nil && len(raw) == len(u) {
		return uuid(raw), ""
	}
	return u, whyNotUUID(s)
}

// whyNotUUID finds the words of Rust's uuid crate, which pydantic passes on.
func whyNotUUID(s string) string {
	text, offset := s, 0
	switch {
	case len(s) >= 2 && s[0] == '{' && s[len(s)-1] == '}':
		text, offset = s[1:len(s)-1], 1
	case strings.HasPrefix(s, "urn:uuid:"):
		text, offset = s[9:], 9
	}
	var groups []int
	last := 0
	for i, c := range text {
		if c == '-' {
			groups, last = append(groups, i-last), i+1
		} else if c >= utf8.RuneSelf || !strings.ContainsRune("0123456789abcdefABCDEF", c) {
			return fmt.Sprintf("invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], "+
				"found `%c` at %d", c, i+offset+1)
		}
	}
	groups = append(groups, len(text)-last)
	switch {
	case len(groups) == 1 && offset == 0:
		return fmt.Sprintf("invalid length: expected length 32 for simple format, found %d", len(s))
	case len(groups) != 5:
		return fmt.Sprintf("invalid group count: expected 5, found %d", len(groups))
	}
	want := []int{8, 4, 4, 4, 12}
	for i, n := range groups {
		if n != want[i] {
			return fmt.Sprintf("invalid group length in group %d: expected %d, found %d", i, want[i], n)
		}
	}
	return "failed to parse a UUID"
}

// parseUUID1 is uuid.UUID(text) of Python, which pydantic 1 calls: it drops prefixes, braces and dashes wherever they are.
func parseUUID1(s string) (u uuid, why string) {
	s = strings.NewReplacer("urn:", "", "uuid:", "").Replace(s)
	raw, err := hex.DecodeString(strings.ReplaceAll(strings.Trim(s, "{}"), "-", ""))
	if err != nil || len(raw) != len(u) {
		return u, "badly formed hexadecimal UUID string"
	}
	return uuid(raw), ""
}
