package output

import (
	"unicode"
	"unicode/utf8"
)

// Escape makes foreign text safe to show: one line, in which everything that
// could drive a terminal or hide is spelled out. Control characters, line
// separators, bidi controls, zero-width and other invisible characters become
// \n, \r, \t, \x1b, \u202e or \U000e0041; a byte that is not UTF-8 becomes
// \xff. Joiners inside a word or an emoji print as they are. A backslash stays: the result is for eyes, not for decoding.
func Escape(s string) string {
	i := plainPrefix(s)
	if i == len(s) {
		return s
	}
	dst := append(make([]byte, 0, len(s)+16), s[:i]...)
	for i < len(s) {
		dst, i = appendEscaped(dst, s, i)
	}
	return string(dst)
}

// appendEscaped adds the character at s[i:], escaped where it has to be, and returns where the next one begins.
func appendEscaped(dst []byte, s string, i int) (escaped []byte, next int) {
	r, n := utf8.DecodeRuneInString(s[i:])
	next = i + n
	if joins(s, i, next, r) {
		return append(dst, s[i:next]...), next
	}
	return appendVisible(dst, r, s[i:next]), next
}

// joins reports whether r, at s[i:end], is a joiner or non-joiner inside a word of a script that needs them, or between
// two emoji: there it changes how its neighbours look, and hides nothing.
func joins(s string, i, end int, r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	if r != nonJoiner && r != joiner || i == 0 || end == len(s) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[end:])
	if before == '\ufe0f' || before >= 0x1f3fb && before <= 0x1f3ff { // how the emoji before it looks
		before = '\u2764'
	}
	if unicode.Is(unicode.So, before) {
		return r == joiner && before != utf8.RuneError && after != utf8.RuneError && unicode.Is(unicode.So, after)
	}
	return needsJoiners(before) && needsJoiners(after)
}

// needsJoiners reports whether a letter or mark is of a script in which joiners have a meaning: Arabic, as Persian is
// written in, and those of India and its neighbours.
func needsJoiners(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsMark(r)) && unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mongolian,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
		unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Myanmar, unicode.Khmer)
}

// EscapeCut is Escape cut to at most limit characters, the last one "…" where
// text is missing. An escape is never cut in half.
func EscapeCut(s string, limit int) string {
	var dst []byte
	count, keep := 0, 0 // keep is the length of dst that leaves room for "…"
	for i := 0; i < len(s); {
		before := len(dst)
		dst, i = appendEscaped(dst, s, i)
		count += utf8.RuneCount(dst[before:])
		if count > limit {
			if limit < 1 {
				return ""
			}
			return string(dst[:keep]) + "…"
		}
		if count < limit {
			keep = len(dst)
		}
	}
	return string(dst)
}

// plainPrefix is the length of the leading printable ASCII.
func plainPrefix(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return i
		}
	}
	return len(s)
}

// appendVisible adds r, which was read from raw, or the escape for it.
func appendVisible(dst []byte, r rune, raw string) []byte {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return appendHex(append(dst, `\x`...), rune(raw[0]), 2)
	case !invisible(r):
		return append(dst, raw...)
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r == '\t':
		return append(dst, `\t`...)
	case r < 0x80:
		return appendHex(append(dst, `\x`...), r, 2)
	case r <= 0xffff:
		return appendHex(append(dst, `\u`...), r, 4)
	}
	return appendHex(append(dst, `\U`...), r, 8)
}

func appendHex(dst []byte, r rune, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[r>>shift&0xf])
	}
	return dst
}

// invisible reports whether r may steer a terminal, reorder or break the line,
// or take no room: controls (C0, DEL, C1), format characters (bidi, zero-width,
// tags), line and paragraph separators, and what Unicode ignores by default.
// Variation selectors stay, emoji need them.
func invisible(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xad:
		return true
	case r < 0x034f, r > 0x3164 && r < 0xfe00: // Latin; most of Chinese, Japanese and Korean
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point)
}
