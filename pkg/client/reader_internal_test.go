package client

import (
	"errors"
	"fmt"
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

// manyNames are the members of an object with n names.
func manyNames(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"n%d":%d`, i, i)
	}
	return strings.Join(members, ",")
}

func FuzzReader_FindsEveryPart(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}}`, " [ ] ", ` { "a" : [ ] , "b":[ {} , "]},:[{" ] } `, `"\""`, `"\\"`, `{"\\\"":"\\\\"}`,
		`["\\\\\"","}"]`, `{"":0}`, "[[[[]]],1 , 2\n]", "\t-1e-9\r\n", `{"` + strings.Repeat("x", 40) + `":"12345678\"87654321\\"}`, "null",
		`{"a":1,"\u0061":2}`, `[1,]`, `{"a":1,}`, `{"":{},`, `{"a"`, `{"a" 1}`, `{"a":}`, `[,1]`, `[1 2]`, `[01]`, `[-]`, `[1.]`, `[tru]`, `"\ud800"`, `"\x"`, `"a`, `"a\`, `{"a":1`, "[1]]", "\"\x01\"", "\"\xff\"", `{` + manyNames(30) + `}`, `{` + manyNames(30) + `,"n7":0}`,
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "[")+strings.Count(text, "{") > maxDepth {
			t.Skip("perhaps nested too deep")
		}
		var value, got jsontext.Value
		want := jsontext.Value(text)
		for name, read := range map[string]func(*reader) error{
			"skipped":      func(r *reader) (err error) { value, err = r.value(); return err },
			"part by part": func(r *reader) (err error) { got, err = rebuilt(r); return err },
		} {
			err := parseJSON([]byte(text), read)
			if valid := want.IsValid(); (err == nil) != valid || errors.Is(err, errNotJSON) {
				t.Fatalf("%q, %s: error %v, the library finds it valid: %v", text, name, err, valid)
			}
			if err != nil {
				return
			}
		}
		if string(value) != strings.Trim(text, " \t\r\n") {
			t.Errorf("%q: read as %q", text, value)
		}
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
			if err := parseJSON([]byte(text), read); (err == nil) != ok {
				t.Errorf("%d levels, %s: error %v", depth, name, err)
			}
		}
	}
}
