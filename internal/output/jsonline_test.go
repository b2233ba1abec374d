package output

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJSONLine_SameValueVisible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]string{strings.ToValidUTF8(wild().Draw(t, "name"), ""): strings.ToValidUTF8(wild().Draw(t, "value"), "")}
		var b strings.Builder
		if err := JSONLine(&b, want); err != nil {
			t.Fatal(err)
		}
		line, ended := strings.CutSuffix(b.String(), "\n")
		if !ended {
			t.Fatalf("%q does not end its line", line)
		}
		checkVisible(t, line)
		var got map[string]string
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		for name, value := range want {
			if got[name] != value {
				t.Fatalf("%q became %q", value, got[name])
			}
		}
	})
}
