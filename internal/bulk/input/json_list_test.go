package input

import (
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

func TestJSONList_InObject(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],"total":2,"complete":true}`:     "",
		"{\n  \"customers\" : [\n    {\"email\":\"a@example.com\"},{\"email\":\"b@example.com\"}\n  ]\n}\n": "",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],"complete":false}`:              "not complete",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],"total":2`:                      "truncated",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}`:                                 "truncated",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}]}{}`:                             "truncated",
		`{"customers":[{"email":"a@example.com"},{"email":"b@example.com"}],` + strings.Repeat(" ", 70<<10): "truncated",
	} {
		for _, name := range []string{"list.json", "list"} {
			source, err := Open(t.Context(), writeInput(t, name, text), nil, t.TempDir(), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			checked, err := Validate(t.Context(), source, Rules{})
			if err == nil {
				err = checked.Err()
			}
			if want == "" && (err != nil || checked.Rows != 2 || allValues(t, checked)[1][record.Email] != "b@example.com") {
				t.Errorf("%s, %.90s: %v", name, text, err)
			}
			if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s, %.90s: %v; want %q", name, text, err, want)
			}
			_ = source.Close()
		}
	}
}
