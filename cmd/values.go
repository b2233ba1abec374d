package cmd

import (
	"fmt"
	"iter"
	"strings"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// shownTime hands a date to the output.
func shownTime(t client.Timestamp) any {
	if t.Raw == "" {
		return nil
	}
	return output.Time{At: t.Time, Raw: t.Raw, Valid: !t.Time.IsZero()}
}

// fraction is running/total, with ? for a part that the server did not tell.
func fraction(part, total *int64) any {
	if part == nil && total == nil {
		return nil
	}
	text := func(n *int64) string {
		if n == nil {
			return "?"
		}
		return fmt.Sprint(*n)
	}
	return text(part) + "/" + text(total)
}

// shellWord quotes a word of a command shown in a hint, so that it can be pasted.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// plural is "1 customer" or "2 customers".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// checkText refuses what no server can store: NUL ends in a 500, and broken UTF-8 would be changed on the way.
func checkText(place, value string) error {
	if strings.ContainsRune(value, 0) {
		return invalidf(place, "holds a NUL character")
	}
	if strings.ToValidUTF8(value, "") != value {
		return invalidf(place, "is not valid UTF-8")
	}
	return nil
}

// each hands items out one by one.
func each[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
