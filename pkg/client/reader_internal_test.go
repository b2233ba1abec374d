package client

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// valid reads a text as an answer is read.
func valid(text string) bool {
	r := &reader{text: []byte(text)}
	return r.skip() == nil && r.end() == nil
}

func FuzzReader_AsStrictAsJSONText(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}}`, " [ ] ", "", "{", "[1,]", `{"a":1,}`, `{,}`, "[,1]", `{"a":1,"a":2}`,
		`{"a":1,"\u0061":2}`, `"\ud800"`, `"\ud800\ud800"`, `"\udc00"`, `"\x"`, "\"\x00\"", "\"\x7f\"", "\"\xff\"", "\xff", "01", "1.", ".5", "1e", "-",
		"+1", "--1", "1 2", "nul", "nulll", "tru", `{"a"}`, `{"a":}`, `{1:2}`, `["a" "b"]`, `{"a" "b"}`, "]", "}", `"`, `"\`, `"\u12`, "\v1", "[1}", "{]",
		`{"` + strings.Repeat("x", 40) + `":"12345678\"87654321\\"}`, "\u00a01", strings.Repeat("[", 64) + strings.Repeat("]", 64),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "[")+strings.Count(text, "{") > maxDepth {
			t.Skip("the yardstick allows deeper nesting")
		}
		if got, want := valid(text), jsontext.Value(text).IsValid(); got != want {
			t.Errorf("%q: valid %v, want %v", text, got, want)
		}
	})
}

func TestReader_DuplicateNames(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, fewNames - 1, fewNames, fewNames + 1, 500} {
		var seen names
		text := func(i int) []byte { return []byte(strings.Repeat("n", i%7) + string(rune('0'+i))) }
		for i := range n {
			if !seen.add(text(i)) {
				t.Fatalf("of %d names, number %d is said to be known", n, i)
			}
		}
		for i := range n {
			if seen.add(text(i)) {
				t.Errorf("of %d names, number %d is not known any more", n, i)
			}
		}
	}
}
