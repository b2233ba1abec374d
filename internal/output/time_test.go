package output

import (
	"math"
	"testing"
	"time"
)

func TestTime_ShownAsAsked(t *testing.T) {
	at := time.Date(2019, 8, 24, 14, 15, 22, 987_000_000, time.UTC)
	sent := Time{At: at, Raw: "2019-08-24T14:15:22.987", Valid: true}
	odd := Time{Raw: "99999-01-01", Valid: false}
	berlin := time.FixedZone("CEST", 2*3600)
	for _, c := range []struct {
		mode, format string
		width        int
		in           Time
		want         string
	}{
		{"", "table", 0, sent, "2019-08-24 14:15:22Z"},
		{"", "table", 80, sent, "3m"},
		{"", "wide", 80, sent, "3m"},
		{"", "csv", 80, sent, sent.Raw},
		{"", "tsv", 0, sent, sent.Raw},
		{"utc", "csv", 0, sent, "2019-08-24 14:15:22Z"},
		{"UTC", "table", 80, sent, "2019-08-24 14:15:22Z"},
		{"local", "table", 0, sent, "2019-08-24 16:15:22+02:00"},
		{"relative", "csv", 0, sent, "3m"},
		{"raw", "table", 80, sent, sent.Raw},
		{"utc", "table", 0, odd, odd.Raw},
		{"relative", "table", 80, odd, odd.Raw},
	} {
		o := Options{Time: c.mode, Width: c.width, Now: func() time.Time { return at.Add(200 * time.Second) }}
		text, err := newFormatter(o, Format{Name: c.format, Human: c.format == "table" || c.format == "wide"})
		if err != nil {
			t.Fatal(err)
		}
		text.local = berlin
		if got := string(text.append(nil, c.in)); got != c.want {
			t.Errorf("--time %q -o %s on %d columns: %q, want %q", c.mode, c.format, c.width, got, c.want)
		}
	}
}

func TestTime_AgeInLargestUnit(t *testing.T) {
	const day = 86400
	for age, want := range map[int64]string{
		0:                "now",
		1:                "1s",
		59:               "59s",
		60:               "1m",
		3599:             "59m",
		3600:             "1h",
		2*day - 1:        "1d",
		29 * day:         "4w",
		30 * day:         "4w",
		364 * day:        "12mo",
		60 * day:         "2mo",
		6 * day:          "6d",
		21 * day:         "3w",
		365 * day:        "1y",
		2026 * 365 * day: "2026y",
		-1:               "in 1s",
		-300:             "in 5m",
		-400 * day:       "in 1y",
		math.MaxInt64:    "292471208677y",
	} {
		if got := string(appendAge(nil, age)); got != want {
			t.Errorf("%d: %q, want %q", age, got, want)
		}
	}
}

func TestTime_SystemClockByDefault(t *testing.T) {
	f, err := newFormatter(Options{Time: "local"}, Format{Name: "table", Human: true})
	if err != nil || f.local != time.Local || f.now == nil {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestTime_ClockAtPrinting: a customer that was created after the printer was made is not from the future.
func TestTime_ClockAtPrinting(t *testing.T) {
	t.Parallel()
	now := testNow()
	f, err := newFormatter(Options{Time: "relative", Now: func() time.Time { return now }}, Format{Name: "table", Human: true})
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(13 * time.Second)
	if got := f.display(Time{At: now, Valid: true}); got != "now" {
		t.Errorf("%q", got)
	}
}
