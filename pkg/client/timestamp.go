package client

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Timestamp is a point in time as the server wrote it. FastAPI writes three forms: with Z, with an offset, and with
// no zone at all, which means UTC; microseconds come and go within one page.
type Timestamp struct {
	// Time is the instant, zero when Raw is none of the known forms or lies outside the years 1 to 9999.
	Time time.Time
	// Raw is the server's text, "" for null.
	Raw string
}

// parseTimestamp reads one of the three forms, with T or a blank between date and time. It never fails: what it cannot
// read stays in Raw.
func parseTimestamp(raw string) Timestamp {
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999",
	} {
		if t, err := time.Parse(layout, raw); err == nil {
			if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 { // an offset can lead out of the range
				break
			}
			return Timestamp{Time: t, Raw: raw}
		}
	}
	return Timestamp{Raw: raw}
}

// UnmarshalText reads a timestamp; it never fails.
func (t *Timestamp) UnmarshalText(text []byte) error {
	*t = parseTimestamp(string(text))
	return nil
}

// UnmarshalJSON keeps anything: a value that is no string stays in Raw as its JSON text.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	*t = Timestamp{}
	return parseJSON(data, func(r *reader) error { return r.timestamp(t) })
}

// MarshalJSON writes Raw, or else Time in UTC, or null when both are empty.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	switch {
	case t.Raw != "":
		return jsontext.AppendQuote(nil, t.Raw)
	case !t.Time.IsZero():
		return t.Time.UTC().MarshalJSON()
	}
	return []byte("null"), nil
}
