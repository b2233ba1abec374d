package output

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestJSONText_KeepsOrderAndSpelling(t *testing.T) {
	for in, want := range map[string]string{
		`{"b":1,"a":2}`: `{"b":1,"a":2}`,
		` { "n" : [ 1e3 , -0.0, 1E400, 100000000000000000000000 ] } `: `{"n":[1e3,-0.0,1E400,100000000000000000000000]}`,
		`{"a":1,"a":2}`:                                  `{"a":1,"a":2}`,
		`"<a href=\"x\">&\/\u00e9é"`:                     `"<a href=\"x\">&\/\u00e9é"`,
		`"\ud83d\ude00 \ud800 😀"`:                        `"\ud83d\ude00 \ud800 😀"`,
		`"spaces  in , strings : stay"`:                  `"spaces  in , strings : stay"`,
		`"ends in backslash \\"`:                         `"ends in backslash \\"`,
		"\"\u202e\u2066\u200b\u2028\ufeff\u0085\u007f\"": `"\u202e\u2066\u200b\u2028\ufeff\u0085\u007f"`,
		"\"\U000e0041\"":                                 `"\udb40\udc41"`,
		"\"\xff\"":                                       `"\ufffd"`,
		"\"raw\ttab\"":                                   `"raw\u0009tab"`,
		"null":                                           "null",
		"":                                               "",
	} {
		if got := string(appendCompact(nil, []byte(in))); got != want {
			t.Errorf("compact %q\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestJSONText_EmptyContainersOnOneLine(t *testing.T) {
	in := `{"a":[],"b":{ },"c":[1,{"d":"x"}],"e":[[]]}`
	want := `{
      "a": [],
      "b": {},
      "c": [
        1,
        {
          "d": "x"
        }
      ],
      "e": [
        []
      ]
    }`
	if diff := cmp.Diff(want, string(appendIndented(nil, []byte(in), 2))); diff != "" {
		t.Error(diff)
	}
}

func TestJSONText_SameValueVisible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkJSONText(t, jsonText(t))
	})
}

func TestJSONText_BrokenDoesNotPanic(t *testing.T) {
	whole := `{"a":["\u202e\\",{"b":"` + "\u202e\xff" + `"}],"c":-1.5e3} `
	for i := range whole {
		appendCompact(nil, []byte(whole[:i]))
		appendIndented(nil, []byte(whole[:i]), 1)
		appendIndented(nil, []byte(whole[i:]), 0)
	}
}

func FuzzJSONText(f *testing.F) {
	f.Add([]byte(`{"a":[1,2,{"b":null}],"c":"x y"}`))
	for _, s := range hostile() {
		f.Add([]byte(`{"k":"` + s + `"}`))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if !json.Valid(src) {
			appendCompact(nil, src)
			appendIndented(nil, src, 3)
			return
		}
		checkJSONText(t, src)
	})
}

// checkJSONText compares both forms of src with what encoding/json makes of it.
func checkJSONText(t interface{ Fatalf(string, ...any) }, src []byte) {
	compact := appendCompact(nil, src)
	checkVisible(t, string(compact))
	if diff := cmp.Diff(decoded(t, src), decoded(t, compact)); diff != "" {
		t.Fatalf("%q changed: %s", src, diff)
	}
	var want bytes.Buffer
	if err := json.Indent(&want, compact, "", "  "); err != nil {
		t.Fatalf("%q: %v", compact, err)
	}
	if diff := cmp.Diff(want.String(), string(appendIndented(nil, src, 0))); diff != "" {
		t.Fatalf("%q indented: %s", src, diff)
	}
}

// decoded is the value of src with the spelling of its numbers.
func decoded(t interface{ Fatalf(string, ...any) }, src []byte) any {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("decode %q: %v", src, err)
	}
	return v
}

// jsonText draws a JSON value in any layout.
func jsonText(t *rapid.T) []byte {
	var b bytes.Buffer
	drawJSON(t, &b, 3)
	return b.Bytes()
}

func drawJSON(t *rapid.T, b *bytes.Buffer, depth int) {
	space := func() { b.WriteString(rapid.SampledFrom([]string{"", "", " ", "\n\t", "\r\n"}).Draw(t, "space")) }
	kind := rapid.IntRange(0, 4).Draw(t, "kind")
	if depth == 0 {
		kind %= 3
	}
	space()
	switch kind {
	case 0:
		b.WriteString(rapid.SampledFrom([]string{"null", "true", "false", "0", "-0", "12", "1e3", "-1.50E-7", "1.0", "98765432109876543210"}).Draw(t, "atom"))
	case 1, 2:
		drawJSONString(t, b)
	case 3, 4:
		open, end := "[", "]"
		if kind == 4 {
			open, end = "{", "}"
		}
		b.WriteString(open)
		for i := range rapid.IntRange(0, 4).Draw(t, "members") {
			if i > 0 {
				b.WriteString(",")
			}
			if kind == 4 {
				space()
				drawJSONString(t, b)
				space()
				b.WriteString(":")
			}
			drawJSON(t, b, depth-1)
		}
		b.WriteString(end)
	}
	space()
}

// drawJSONString writes a string with as few escapes as JSON asks for.
func drawJSONString(t *rapid.T, b *bytes.Buffer) {
	s := strings.ToValidUTF8(wild().Draw(t, "text"), "?")
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"', r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20:
			b.Write(appendHex([]byte(`\u`), r, 4))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
