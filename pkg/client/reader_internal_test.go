package client

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// rebuilt reads a value part by part and puts it together again.
func rebuilt(r *reader) (text jsontext.Value, err error) {
	part := func(name []byte) error {
		if len(text) > 1 {
			text = append(text, ',')
		}
		if name != nil {
			text, _ = jsontext.AppendQuote(text, name)
			text = append(text, ':')
		}
		value, err := rebuilt(r)
		text = append(text, value...)
		return err
	}
	switch r.peek() {
	case '{':
		text = jsontext.Value{'{'}
		err = r.object(func(name []byte) error { return part(append([]byte{}, name...)) })
		return append(text, '}'), err
	case '[':
		text = jsontext.Value{'['}
		err = r.list(func() error { return part(nil) })
		return append(text, ']'), err
	}
	return r.value()
}

func FuzzReader_FindsEveryPart(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}}`, " [ ] ", ` { "a" : [ ] , "b":[ {} , "]},:[{" ] } `, `"\""`, `"\\"`, `{"\\\"":"\\\\"}`,
		`["\\\\\"","}"]`, `{"":0}`, "[[[[]]],1 , 2\n]", "\t-1e-9\r\n", `{"` + strings.Repeat("x", 40) + `":"12345678\"87654321\\"}`, "null",
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := newReader([]byte(text))
		if err != nil || strings.Count(text, "[")+strings.Count(text, "{") > maxDepth {
			t.Skip("not JSON, or nested too deep")
		}
		whole := *r
		if value, err := whole.value(); err != nil || string(value) != strings.Trim(text, " \t\r\n") {
			t.Errorf("%q: read as %q, error %v", text, value, err)
		}
		got, err := rebuilt(r)
		if r.peek() != 0 || r.level != 0 || err != nil {
			t.Errorf("%q: stopped at %d, level %d, error %v", text, r.next, r.level, err)
		}
		want := jsontext.Value(text)
		if err := want.Canonicalize(); err != nil {
			t.Skip("a number that has no canonical form")
		}
		if err := got.Canonicalize(); err != nil || string(got) != string(want) {
			t.Errorf("%q: read as %s, want %s (%v)", text, got, want, err)
		}
	})
}

func TestReader_DepthIsLimited(t *testing.T) {
	t.Parallel()
	for depth, ok := range map[int]bool{maxDepth: true, maxDepth + 1: false} {
		text := strings.Repeat(`{"a":[`, depth/2) + strings.Repeat("[]", depth%2) + strings.Repeat("]}", depth/2)
		for name, read := range map[string]func(*reader) error{
			"skipped":      (*reader).skip,
			"part by part": func(r *reader) error { _, err := rebuilt(r); return err },
		} {
			r, err := newReader([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := read(r); (err == nil) != ok {
				t.Errorf("%d levels, %s: error %v", depth, name, err)
			}
		}
	}
}
