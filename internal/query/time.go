package query

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseTime reads a point in time: an age such as 7d or 1h30m, a time in RFC 3339, where a missing zone is UTC, or a date,
// which is the whole day in UTC from its first to its last moment.
func ParseTime(text string, now time.Time) (from, to time.Time, err error) {
	if age, ok := parseAge(text); ok {
		from = now.Add(-age)
		return from, from, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, day.AddDate(0, 0, 1).Add(-1), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, at, nil
		}
	}
	return from, to, errors.New("is a date: use an age such as 7d, 2026-11-01 or 2026-11-01T09:30:00Z")
}

// parseAge reads an age in the units of the tables: s, m, h, d, w, mo (30 days) and y (365 days).
func parseAge(text string) (time.Duration, bool) {
	const day = 24 * time.Hour
	type unit struct {
		name string
		size time.Duration
	}
	units := []unit{{"mo", 30 * day}, {"y", 365 * day}, {"w", 7 * day}, {"d", day}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
	if text == "" {
		return 0, false
	}
	var age time.Duration
	for rest := text; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil {
			return 0, false
		}
		rest = rest[digits:]
		i := slices.IndexFunc(units, func(u unit) bool { return strings.HasPrefix(rest, u.name) })
		if i < 0 || n > int64((math.MaxInt64-age)/units[i].size) {
			return 0, false
		}
		age += time.Duration(n) * units[i].size
		rest = rest[len(units[i].name):]
	}
	return age, true
}
