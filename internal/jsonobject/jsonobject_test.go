package jsonobject_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/jsonobject"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	got, err := jsonobject.Members([]byte(` {"b": 1.0, "a":{"x" : [ ]}, "\u0063":null} `))
	want := []jsonobject.Member{
		{Name: "b", Value: json.RawMessage("1.0")}, {Name: "a", Value: json.RawMessage(`{"x" : [ ]}`)}, {Name: "c", Value: json.RawMessage("null")},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for _, bad := range []string{"", "[]", "null", `{"a":1,"a":2}`, `{"a":1}x`, `{"a":`, "{\"a\":\"\xff\"}"} {
		if got, err := jsonobject.Members([]byte(bad)); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	const text = `{"b":1.0,"a\"":{"x" : [ ]},"c":null}`
	members, err := jsonobject.Members([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := jsonobject.Object(members); string(got) != text || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := jsonobject.Object(nil); string(got) != "{}" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}
