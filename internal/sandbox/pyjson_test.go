package sandbox

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// The wants are what json.loads of CPython 3.11 says of the same bytes.
func TestJSONIsReadAsCPythonReadsIt(t *testing.T) {
	for text, want := range map[string]string{
		`[1, -0, 0.5, 1e400, 12345678901234567890]`: `[1,0,0.5,` + notJSON + `,12345678901234567890]`,
		`{"a":1,"b":[],"a":{"c":null}}`:             `{"a":{"c":null},"b":[]}`,
		`"\ud83d\ude00\u00e9\/\b"`:                  `"😀é/\b"`,
		`[NaN, Infinity, -Infinity]`:                `[` + notJSON + `,` + notJSON + `,` + notJSON + `]`,
		`[1e5, 1e16, 1e-5, 0.0001, 1.50]`:           `[100000.0,1e+16,1e-05,0.0001,1.5]`,
		"\xef\xbb\xbf 7 ":                           `7`,
		"[\x001\x00]\x00":                           `[1]`,
		"\xfe\xff\x00[\x001\x00]":                   `[1]`,
		`01`:                                        `Extra data 1`,
		`1.`:                                        `Extra data 1`,
		`-`:                                         `Expecting value 0`,
		`[1,]`:                                      `Expecting value 3`,
		`{"a":1,}`:                                  `Expecting property name enclosed in double quotes 7`,
		`["\u12"]`:                                  `Invalid \uXXXX escape 3`,
		`"\ud83d\u"`:                                `Invalid \uXXXX escape 8`,
		`"a` + "\t" + `"`:                           `Invalid control character at 2`,
		`nul`:                                       `Expecting value 0`,
		`"`:                                         `Unterminated string starting at 0`,
		"\"\xff\"":                                  `unreadable`,
		"\x00\x00\x00[":                             `unreadable`,
		strings.Repeat("[", 5000):                   `unreadable`,
	} {
		var got string
		value, err := parseJSON([]byte(text))
		var bad *jsonError
		switch {
		case errors.As(err, &bad):
			got = strings.ReplaceAll(bad.Error(), ": char", "")
		case err != nil:
			got = "unreadable"
		default:
			var w jsonText
			w.any(value)
			got = string(w.buf)
		}
		if got != want {
			t.Errorf("%.40q: %s, want %s", text, got, want)
		}
	}
}

func TestLoneSurrogatesAreKeptAsWhatNoAnswerMayHold(t *testing.T) {
	for _, text := range []string{`"\ud800"`, `"\udc00x"`, "\"\xed\xa0\x80\"", `"\ud800\u0041"`} {
		value, err := parseJSON([]byte(text))
		s, _ := value.(string)
		if err != nil || s == "" || utf8.ValidString(s) {
			t.Errorf("%s: %q, %v", text, s, err)
		}
	}
}

func TestJSONThatIsWrittenIsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var w jsonText
		w.open('{')
		want := rapid.StringMatching(`(?s).{0,20}`).Draw(r, "text")
		w.textField("text", want)
		w.intField("n", rapid.Int64().Draw(r, "n"))
		w.close('}')
		value, err := parseJSON(w.buf)
		if err != nil {
			r.Fatalf("%s: %v", w.buf, err)
		}
		if o, is := value.(*object); !is || o.values["text"] != want {
			r.Errorf("%s gives %v", w.buf, value)
		}
	})
}

func FuzzParseJSONNeverPanics(f *testing.F) {
	for _, seed := range []string{`{"a":[1.5e3,"\ud83d\ude00"]}`, "\xff\xfe{\x00", `"\`, `[[[`, `-`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := parseJSON(body)
		if err != nil {
			return
		}
		var w jsonText
		w.any(value)
		if again, err := parseJSON(w.buf); utf8.Valid(w.buf) && (err != nil || again == nil != (value == nil)) {
			t.Errorf("%q is written as %q, which is %v", body, w.buf, err)
		}
	})
}

func TestUUIDsReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var u uuid
		copy(u[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "bytes"))
		for _, text := range []string{u.String(), strings.ToUpper(u.String()), "{" + u.String() + "}", "urn:uuid:" + u.String(), strings.ReplaceAll(u.String(), "-", "")} {
			if back, why := parseUUID(text); back != u || why != "" {
				r.Errorf("%s: %s, %s", text, back, why)
			}
			if back, why := parseUUID1(text); back != u || why != "" {
				r.Errorf("pydantic 1: %s: %s, %s", text, back, why)
			}
		}
		if _, why := parseUUID(rapid.String().Draw(r, "noise")); why == "" {
			r.Error("noise is a UUID")
		}
	})
}
