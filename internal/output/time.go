package output

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/nearest"
)

// Time is a date as the server sent it. Cells and sheets show At as --time
// says, or Raw when Valid is false.
type Time struct {
	At    time.Time
	Raw   string
	Valid bool
}

// TimeModes lists the values of --time.
func TimeModes() []string { return []string{"relative", "local", "utc", "raw"} }

// formatter turns the values of columns and sheets into text.
type formatter struct {
	times string // how dates are shown, one of TimeModes
	now   time.Time
	local *time.Location
}

func newFormatter(o Options, format Format) (formatter, error) {
	f := formatter{times: strings.ToLower(o.Time), now: o.Now, local: o.Local}
	if f.now.IsZero() {
		f.now = time.Now()
	}
	if f.local == nil {
		f.local = time.Local
	}
	switch {
	case f.times != "" && !slices.Contains(TimeModes(), f.times):
		return f, &OptionError{
			Flag: "--time", Value: o.Time, Problem: "unknown mode",
			Valid: TimeModes(), Suggestion: nearest.Match(f.times, TimeModes()),
		}
	case f.times != "":
	case !format.Human:
		f.times = "raw"
	case o.Width > 0:
		f.times = "relative"
	default:
		f.times = "utc"
	}
	return f, nil
}

// appendTime adds t in RFC 3339 to the second, with a space for the T, or as
// an age, or as it was sent.
func (f formatter) appendTime(dst []byte, t Time) []byte {
	if !t.Valid || f.times == "raw" {
		return append(dst, t.Raw...)
	}
	const layout = "2006-01-02 15:04:05Z07:00"
	switch f.times {
	case "relative":
		return appendAge(dst, f.now.Unix()-t.At.Unix())
	case "local":
		return t.At.In(f.local).AppendFormat(dst, layout)
	}
	return t.At.UTC().AppendFormat(dst, layout)
}

// appendAge adds an age in seconds, negative for the future, in its largest
// whole unit. Months have 30 days and years 365.
func appendAge(dst []byte, age int64) []byte {
	if age == 0 {
		return append(dst, "just now"...)
	}
	size, ahead := age, age < 0
	if ahead {
		size = -age
		dst = append(dst, "in "...)
	}
	n, unit := largestUnit(size)
	dst = strconv.AppendInt(dst, n, 10)
	dst = append(dst, unit...)
	if n != 1 {
		dst = append(dst, 's')
	}
	if !ahead {
		dst = append(dst, " ago"...)
	}
	return dst
}

func largestUnit(seconds int64) (int64, string) {
	const minute, hour, day = 60, 3600, 86400
	switch {
	case seconds < minute:
		return seconds, " second"
	case seconds < hour:
		return seconds / minute, " minute"
	case seconds < day:
		return seconds / hour, " hour"
	case seconds < 30*day:
		return seconds / day, " day"
	case seconds < 365*day:
		return seconds / (30 * day), " month"
	}
	return seconds / (365 * day), " year"
}
