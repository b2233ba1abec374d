package cli

import (
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/output"
)

// Plural returns "1 customer" or "2,000 customers".
func Plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return output.Number(n) + " " + noun + "s"
}

// JoinComma joins words as in "a, b, c".
func JoinComma(words []string) string { return strings.Join(words, ", ") }

// JoinOr joins words as in "a, b or c".
func JoinOr(words []string) string {
	if len(words) < 2 {
		return JoinComma(words)
	}
	return JoinComma(words[:len(words)-1]) + " or " + words[len(words)-1]
}

// MaxShown is how much of a foreign text an error shows, in characters.
const MaxShown = 500

// shortened returns a text of at most MaxShown characters, the last one "…" where some are missing.
func shortened(s string) string {
	if len(s) <= MaxShown {
		return s
	}
	if r := []rune(s); len(r) > MaxShown {
		return string(r[:MaxShown-1]) + "…"
	}
	return s
}

// ShortDuration formats a duration to a tenth of a millisecond.
func ShortDuration(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }

// TrimLineBreak returns a text without one line break at its end.
func TrimLineBreak(text string) string {
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
}
