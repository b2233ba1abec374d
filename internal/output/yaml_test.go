package output

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

func TestYAML_QuotesAmbiguousText(t *testing.T) {
	for in, want := range map[string]string{
		`"NO"`: `"NO"`, `"yes"`: `"yes"`, `"off"`: `"off"`, `"n"`: `"n"`, `"="`: `"="`,
		`"true"`: `"true"`, `"null"`: `"null"`, `"~"`: `"~"`, `""`: `""`, `"<<"`: `"<<"`,
		`"12"`: `"12"`, `"1e3"`: `"1e3"`, `"0x1f"`: `"0x1f"`, `"0o17"`: `"0o17"`, `"017"`: `"017"`, `"1_000"`: `"1_000"`,
		`".5"`: `".5"`, `".inf"`: `".inf"`, `"1:30"`: `"1:30"`, `"+1"`: `"+1"`, `"2019-08-24"`: `"2019-08-24"`,
		`"2019-08-24T14:15:22Z"`: `"2019-08-24T14:15:22Z"`, `"2019-08-24 14:15:22 +2"`: `"2019-08-24 14:15:22 +2"`,
		`"497f6eca-6276-4993-bfeb-53cbbbba6f08"`: `497f6eca-6276-4993-bfeb-53cbbbba6f08`,
		`"Foo, Inc."`:                            `Foo, Inc.`, `"DE"`: `DE`, `"株式会社"`: `株式会社`,
		`"a\nb"`: `"a\nb"`, `"\u202ex"`: `"\u202ex"`, `"\u200b"`: `"\u200b"`, `"\u2028"`: `"\L"`,
		`"\ud83d\ude00"`: `"\U0001F600"`, `"\ud800"`: "\ufffd",
		`1e3`: `1e3`, `-0`: `-0`, `1.50`: `1.50`, `98765432109876543210`: `98765432109876543210`,
		`null`: `null`, `true`: `true`, `[]`: `[]`, `{}`: `{}`,
	} {
		node, err := yamlNode([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		got, err := encodeYAML(node)
		if err != nil || string(got) != want+"\n" {
			t.Errorf("%s became %s, want %s (%v)", in, got, want, err)
		}
	}
}

func TestYAML_LastOfEqualNames(t *testing.T) {
	node, err := yamlNode([]byte(`{"a":1,"b":2,"a":3}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := encodeYAML(node); err != nil || string(got) != "a: 3\nb: 2\n" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestYAML_SameValueAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := jsonText(t)
		node, err := yamlNode(src)
		if err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		text, err := encodeYAML(node)
		if err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		checkVisible(t, strings.ReplaceAll(string(text), "\n", ""))
		var got any
		if err := yaml.Unmarshal(text, &got); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var want any
		if err := json.Unmarshal(src, &want); err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		if diff := cmp.Diff(want, asJSON(got)); diff != "" {
			t.Fatalf("%s\n%s\n%s", src, text, diff)
		}
	})
}

// asJSON gives what yaml decodes the types that encoding/json decodes to.
func asJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = asJSON(member)
		}
	case []any:
		for i, member := range v {
			v[i] = asJSON(member)
		}
	case int:
		return float64(v)
	case uint64:
		return float64(v)
	}
	return v
}

func TestYAML_ListInPieces(t *testing.T) {
	rows := make([]plain, 3*yamlBatch+1)
	var want strings.Builder
	want.WriteString("things:\n")
	for i := range rows {
		rows[i] = plain{ID: fmt.Sprintf("x%d", i), Name: new("line\nbreak: \u202e")}
		fmt.Fprintf(&want, "  - id: x%d\n    name: \"line\\nbreak: \\u202e\"\n", i)
	}
	var got strings.Builder
	if _, err := plainPrinter(t, "yaml").List(&got, sequence(rows, nil), Envelope{Key: "things"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Error(diff)
	}
}
