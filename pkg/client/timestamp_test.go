package client_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestTimestamp_Forms(t *testing.T) {
	t.Parallel()
	at := func(nano int) time.Time { return time.Date(2019, 8, 24, 14, 15, 22, nano, time.UTC) }
	for raw, want := range map[string]time.Time{
		"2019-08-24T14:15:22Z":             at(0),
		"2019-08-24T14:15:22.123456Z":      at(123456000),
		"2019-08-24T14:15:22+00:00":        at(0),
		"2019-08-24T14:15:22.1+00:00":      at(100000000),
		"2019-08-24T16:15:22+02:00":        at(0),
		"2019-08-24T08:45:22-05:30":        at(0),
		"2019-08-24T14:15:22":              at(0),
		"2019-08-24T14:15:22.123456":       at(123456000),
		"2019-08-24 14:15:22+00:00":        at(0),
		"2019-08-24 14:15:22.5":            at(500000000),
		"9999-12-31T23:59:59Z":             time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		"9999-12-31T23:59:59-01:00":        {}, // the year 10000
		"0001-01-01T00:00:00+01:00":        {}, // the year 0
		"0000-01-01T00:00:00Z":             {},
		"99999-01-01T00:00:00Z":            {},
		"2019-02-30T00:00:00Z":             {},
		"2019-08-24T25:00:00Z":             {},
		"2019-08-24":                       {},
		"yesterday":                        {},
		"":                                 {},
		" 2019-08-24T14:15:22Z":            {},
		"2019-08-24T14:15:22Z; drop table": {},
		"1566656122":                       {},
	} {
		got := readTimestamp(raw)
		if !got.Time.Equal(want) || got.Raw != raw || got.Time.Location() != time.UTC {
			t.Errorf("%q: %+v, want %s", raw, got, want)
		}
	}
}

func TestTimestamp_OtherKindsKept(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"null": "", "5": "5", "true": "true", `{"a":1}`: `{"a":1}`, `"\u0041"`: "A", `""`: ""} {
		var got client.Timestamp
		if err := got.UnmarshalJSON([]byte(text)); err != nil || got.Raw != want || !got.Time.IsZero() {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, broken := range []string{`"`, `"a`, `"\u12"`} {
		var got client.Timestamp
		if err := got.UnmarshalJSON([]byte(broken)); err == nil {
			t.Errorf("%s: %+v", broken, got)
		}
	}
}

func TestTimestamp_WrittenAsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.String().Draw(t, "raw")
		text, err := json.Marshal(readTimestamp(raw))
		if err != nil {
			t.Fatal(err)
		}
		var back client.Timestamp
		if err := json.Unmarshal(text, &back); err != nil || back.Raw != raw {
			t.Fatalf("%q became %q through %s, %v", raw, back.Raw, text, err)
		}
	})
}

func TestTimestamp_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC()
		layout := rapid.SampledFrom([]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999+00:00"}).Draw(t, "layout")
		if got := readTimestamp(at.Format(layout)); !got.Time.Equal(at) {
			t.Fatalf("%s became %s through %s", at, got.Time, got.Raw)
		}
	})
}

func readTimestamp(raw string) (t client.Timestamp) {
	_ = t.UnmarshalText([]byte(raw)) // never fails
	return t
}
