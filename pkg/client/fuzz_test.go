package client

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/jsonobject"
)

const fuzzID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

// Whatever an error's body holds, it becomes an *Error with a code and the status.
func FuzzReadError(f *testing.F) {
	for _, body := range []string{
		`{"detail":"no"}`, `{"detail":[{"loc":["body",1,"x"],"msg":"m","type":"t"}]}`, `{"detail":{"message":"m"}}`, `{"error":{"code":1}}`,
		`[]`, `"x"`, `null`, ``, `<html><title>x</title>`, "\xff\xfe", `{"detail":[[[]]]}`, `{"detail":[{"loc":{"a":1},"msg":[1]}]}`,
		`{"detail":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`,
	} {
		f.Add(422, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		status = 300 + (status%300+300)%300
		e := readError(&call{method: http.MethodPost, path: customersPath}, &http.Response{StatusCode: status, Header: http.Header{}}, []byte(body))
		if e.Status != status || e.Code == "" || e.Error() == "" {
			t.Errorf("%+v", e)
		}
		if !utf8.ValidString(e.Message) {
			t.Errorf("message %q", e.Message)
		}
		if e.JSON != jsontext.Value(body).IsValid() {
			t.Errorf("JSON is %v", e.JSON)
		}
		if e.maybeApplied() && status < 500 && status != 408 && status != 425 {
			t.Errorf("status %d leaves the write unconfirmed", status)
		}
	})
}

// Whatever Retry-After holds, the wait is none or within its bounds.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"0", "-5", "86400", "1.5", "1e9", "99999999999999999999", "soon", "NaN", "", "Sat, 01 Jan 2022 10:00:00 GMT", "Sat, 01 Jan 0000 10:00:00 GMT", "+7", ".", "-"} {
		f.Add(value, "Sat, 01 Jan 2022 09:59:00 GMT", int64(0))
	}
	f.Fuzz(func(t *testing.T, value, date string, now int64) {
		h := http.Header{"Retry-After": {value}, "Date": {date}}
		got := retryAfter(h, time.Unix(now%(1<<40), 0))
		if got != 0 && (got < minRateWait || got > maxRateWait) {
			t.Errorf("%q at %q is %s", value, date, got)
		}
		if wait := askedWait(&Error{Status: 429, Code: "rate_limited", RetryAfter: got}, time.Unix(now%(1<<40), 0)); wait < minRateWait || wait > maxRateWait {
			t.Errorf("%q at %q waits %s", value, date, wait)
		}
	})
}

// A page is refused, or else it is valid JSON whose every record survives byte for byte.
func FuzzDecodePage(f *testing.F) {
	row := `{"id":"` + fuzzID + `","email":"a\u0040b.co","instance_count":"5","x":{"y":[1.50,"\ud83d\ude00"]}}`
	for _, body := range []string{
		`{"customers":[]}`, `{"customers":[` + row + `, ` + row + ` ],"page":1,"per_page":"20","total":1e1}`, `{"customers":null}`, `[]`, ``, `{`,
		`{"customers":[` + row + `]}x`, `{"customers":[{}]}`, `{"a":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `,"customers":[]}`,
		string(benchPage(2)),
	} {
		f.Add([]byte(body))
	}
	c := &Client{config: defaults()}
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		var page CustomerPage
		if err := (&attempt{client: c, call: &call{decode: func(r *reader, _ *Response) error { return page.decode(r, func(string) {}) }}}).decode(resp, body); err != nil {
			return
		}
		text := jsontext.Value(body)
		if !text.IsValid() || parseJSON(text, (*reader).skip) != nil {
			t.Fatalf("accepted %s", text)
		}
		var envelope struct {
			Customers []json.RawMessage `json:"customers"`
		}
		var members map[string]json.RawMessage // exact names, unlike a struct's
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(members["customers"], &envelope.Customers); err != nil || len(envelope.Customers) != len(page.Customers) {
			t.Fatalf("%d customers of %d, %v", len(page.Customers), len(envelope.Customers), err)
		}
		for i, want := range envelope.Customers {
			if got := page.Customers[i].RawJSON(); got != string(want) {
				t.Errorf("%s became %s", want, got)
			}
		}
		delete(members, "customers")
		kept, err := jsonobject.Members(page.Envelope)
		if err != nil || len(kept) != len(members) {
			t.Errorf("%d members of %d, %v", len(kept), len(members), err)
		}
		for _, m := range kept {
			if !bytes.Equal(m.Value, members[m.Name]) {
				t.Errorf("%s: %s became %s", m.Name, members[m.Name], m.Value)
			}
		}
		if !bytes.Equal(body, before) {
			t.Error("decoding changed the text")
		}
	})
}

// A record is refused, or else its JSON survives byte for byte, alone and inside another document.
func FuzzRecord_RawJSON(f *testing.F) {
	for _, text := range []string{
		`{"id":"` + fuzzID + `"}`, ` { "id" : "` + fuzzID + `" , "email":null,"b":1.0e+2,"a":"<\u2028>" } `, `{"ID":1}`, `null`, `{"id":"` + fuzzID + `","instances":[ 1, {"a":[]} ]}`,
		`{"id":"` + fuzzID + `","created_at":99999}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, record := range []interface {
			json.Unmarshaler
			RawJSON() string
		}{&Customer{}, &CustomerDetail{}, &CreatedCustomer{}, &KeyContext{}} {
			mine := bytes.Clone(text)
			if record.UnmarshalJSON(mine) != nil {
				continue
			}
			clear(mine) // the caller may use its bytes again
			if got, want := record.RawJSON(), string(bytes.Trim(text, " \t\r\n")); got != want {
				t.Errorf("%T: %s became %s", record, want, got)
			}
			if fields, err := json.Marshal(record); err != nil || record.UnmarshalJSON(fields) != nil {
				t.Errorf("%T: the fields are written as %s, %v", record, fields, err)
			}
		}
	})
}

func FuzzParseTimestamp(f *testing.F) {
	for _, raw := range []string{"2019-08-24T14:15:22Z", "2019-08-24T14:15:22.123456+00:00", "2019-08-24 14:15:22", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", ""} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := parseTimestamp(raw)
		if got.Raw != raw {
			t.Errorf("%q is kept as %q", raw, got.Raw)
		}
		if got.Time.Location() != time.UTC || got.Time.Year() < 1 || got.Time.Year() > 9999 {
			t.Errorf("%q is %s", raw, got.Time)
		}
		if again := parseTimestamp(got.Time.Format(time.RFC3339Nano)); !again.Time.Equal(got.Time) {
			t.Errorf("%s is read back as %s", got.Time, again.Time)
		}
	})
}

// A whole number is refused, or else it is the number that the text spells.
func FuzzWhole(f *testing.F) {
	for _, text := range []string{"5", `"5"`, "5.0", "1e3", "-0", "1e999999999", "1e-9", "9223372036854775808", `"0x10"`, `""`, "null", `"\u0035"`, "120e-1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !jsontext.Value(text).IsValid() || strings.TrimSpace(text) != text {
			return
		}
		n, err := whole(jsontext.Value(text))
		if err != nil {
			return
		}
		var spelled string
		if json.Unmarshal([]byte(text), &spelled) != nil {
			spelled = text
		}
		var number json.Number
		if err := json.Unmarshal([]byte(spelled), &number); err != nil {
			t.Fatalf("%s is no number: %v", text, err)
		}
		if f, err := number.Float64(); err != nil || f != float64(n) {
			t.Errorf("%s is read as %d", text, n)
		}
	})
}
