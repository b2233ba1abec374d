package output

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/nearest"
)

// Time is a date as the server sent it. Cells and detail views show At as --time
// says, or Raw when Valid is false.
type Time struct {
	At    time.Time
	Raw   string
	Valid bool
}

// TimeModes lists the values of --time.
func TimeModes() []string { return []string{"relative", "local", "utc", "raw"} }

// formatter turns the values of columns and detail views into text.
type formatter struct {
	times string // how dates are shown, one of TimeModes
	now   func() time.Time
	local *time.Location
}

func newFormatter(o Options, format Format) (formatter, error) {
	f := formatter{times: strings.ToLower(o.Time), now: o.Now, local: time.Local}
	if f.now == nil {
		f.now = time.Now
	}
	switch {
	case f.times != "" && !slices.Contains(TimeModes(), f.times):
		return f, InvalidOption("--time", fmt.Sprintf("unknown mode %.100q", o.Time), TimeModes(), nearest.Match(f.times, TimeModes()))
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
		return appendAge(dst, f.now().Unix()-t.At.Unix())
	case "local":
		return t.At.In(f.local).AppendFormat(dst, layout)
	}
	return t.At.UTC().AppendFormat(dst, layout)
}

// appendAge adds an age in seconds, negative for the future, in its largest whole unit: 45s, 5m, 3h, 2d, 3w, 4mo, 2y.
func appendAge(dst []byte, age int64) []byte {
	const minute, hour, day, week, month, year = 60, 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400
	if age < 0 {
		age = -age
		dst = append(dst, "in "...)
	}
	size, unit := int64(1), "s"
	switch {
	case age == 0:
		return append(dst, "now"...)
	case age < minute:
	case age < hour:
		size, unit = minute, "m"
	case age < day:
		size, unit = hour, "h"
	case age < week:
		size, unit = day, "d"
	case age < 2*month:
		size, unit = week, "w"
	case age < year:
		size, unit = month, "mo"
	default:
		size, unit = year, "y"
	}
	return append(strconv.AppendInt(dst, age/size, 10), unit...)
}
