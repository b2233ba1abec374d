package output

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/failure"
)

// filterOut prints plainRows through a filter, to a terminal when width is not 0.
func filterOut(t *testing.T, jq, template string, width int, rows ...plain) (string, error) {
	t.Helper()
	filter, err := NewFilter(jq, template, testNow)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Options{Filter: filter, Width: width, Now: testNow}, plainColumns())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	_, err = p.List(&b, sequence(rows, nil), plainEnvelope())
	return b.String(), err
}

func TestJQ_OneResultPerLine(t *testing.T) {
	for expression, want := range map[string]string{
		".things[].id":                    "a1\nb2\n",
		".things[].name":                  "Foo, <Inc.>\nnull\n",
		".things | length":                "2\n",
		".things[0]":                      `{"id":"a1","name":"Foo, <Inc.>"}` + "\n",
		".complete, .next":                "true\nnull\n",
		"empty":                           "",
		`"a\tb\nc"`:                       "a\tb\nc\n",
		"1, halt, 2":                      "1\n",
		"env | length":                    "0\n",
		"$ENV":                            "{}\n",
		`"\u001b[31m", ["\u001b[31m"]`:    "\x1b[31m\n[\"\\u001b[31m\"]\n",
		"12345678901234567890123":         "12345678901234567890123\n",
		".things | map(.id) | @csv, @tsv": "\"a1\",\"b2\"\na1\tb2\n",
	} {
		got, err := filterOut(t, expression, "", 0, plainRows()...)
		if err != nil || got != want {
			t.Errorf("%s prints %q, %v; want %q", expression, got, err, want)
		}
	}
}

func TestTemplate_PrintsDocument(t *testing.T) {
	const each, end = "{{range .things}}", "{{end}}"
	for text, want := range map[string]string{
		each + "{{.id}} {{.name}};" + end:                  "a1 Foo, <Inc.>;b2 ;\n",
		each + "{{csv .id .name}}\n" + end:                 "a1,\"Foo, <Inc.>\"\nb2,\n",
		each + "{{json .}}\n" + end:                        `{"id":"a1","name":"Foo, <Inc.>"}` + "\n" + `{"id":"b2","name":null}` + "\n",
		each + "{{upper .id}}{{lower .name}} " + end:       "A1foo, <inc.> B2 \n",
		each + "{{truncate 5 .name}}|" + end:               "Foo,…||\n",
		each + "{{or .name `none`}}|" + end:                "Foo, <Inc.>|none|\n",
		each + "{{if eq .name ``}}empty{{end}}" + end:      "empty\n",
		"{{if gt .page 0}}page {{.page}}{{end}}":           "page 1\n",
		"{{if .complete}}all{{end}}":                       "all\n",
		"{{timeago `2026-01-01T00:00:00Z`}}":               age("2026-01-01T00:00:00Z") + "\n",
		"{{timeago `2026-01-01 00:00:00.5`}}":              age("2026-01-01T00:00:00Z") + "\n",
		"{{timeago .next}}{{timeago `soon`}}":              "soon\n",
		"{{.things | len}}":                                "2\n",
		"{{define `x`}}y{{end}}{{template `x`}}\n":         "y\n",
		"{{join `-` .absent}}{{upper .absent}}{{.absent}}": "",
	} {
		got, err := filterOut(t, "", text, 0, plainRows()...)
		if err != nil || got != want {
			t.Errorf("%s prints %q, %v; want %q", text, got, err, want)
		}
	}
}

func age(date string) string {
	at, _ := time.Parse(time.RFC3339, date)
	return string(appendAge(nil, testNow().Unix()-at.Unix()))
}

func TestFilter_SyntaxErrorSaysWhere(t *testing.T) {
	for _, c := range []struct{ jq, template, want string }{
		{jq: ".foo[", want: `--jq: 1:6: unexpected EOF`},
		{jq: ".a |\n  | .b", want: `2:3: unexpected token "|"`},
		{jq: `"ä" ) .b`, want: `1:5: unexpected token ")"`},
		{jq: "foo", want: "function not defined: foo/0"},
		{jq: "$x", want: "variable not defined: $x"},
		{jq: `import "a" as a; .`, want: `cannot load module: "a"`},
		{jq: "input", want: "not allowed"},
		{template: "{{.a", want: `--template: 1: unclosed action`},
		{template: "x\n{{nofunc}}", want: `2: function "nofunc" not defined`},
	} {
		_, err := NewFilter(c.jq, c.template, testNow)
		if _, ok := errors.AsType[*failure.Failure](err); !ok || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %q: %v, want %s", c.jq, c.template, err, c.want)
		}
	}
}

func TestFilter_FailurePrintsNothing(t *testing.T) {
	for _, c := range []struct{ jq, template, want string }{
		{jq: ".things[].id, .things.x", want: "--jq: expected an object but got: array"},
		{jq: `"before", error("no")`, want: "--jq: error: no"},
		{jq: `"before", ("bye" | halt_error)`, want: "bye"},
		{template: "before {{index .things 7}}", want: "--template: 1:"},
		{template: "before {{template `absent`}}", want: "absent"},
		{template: "{{define `x`}}{{template `x`}}{{end}}{{template `x`}}", want: "depth"},
	} {
		got, err := filterOut(t, c.jq, c.template, 0, plainRows()...)
		if _, ok := errors.AsType[*FilterError](err); !ok || !strings.Contains(err.Error(), c.want) || got != "" {
			t.Errorf("%q %q: printed %q, %v; want %s", c.jq, c.template, got, err, c.want)
		}
	}
}

func TestFilter_EndlessEndsWithContext(t *testing.T) {
	cause := errors.New("enough")
	for _, c := range []struct{ jq, template string }{
		{jq: "last(repeat(1))"},
		{template: "{{range 1000000000000}}{{end}}"},
		{template: "{{range 1000000000000}}x{{end}}"},
	} {
		filter, err := NewFilter(c.jq, c.template, testNow)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		p, err := New(Options{Filter: filter.WithContext(ctx)}, plainColumns())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		go cancel(cause)
		if err := p.Item(&b, plain{}, nil); !errors.Is(err, cause) || b.Len() > 0 {
			t.Errorf("%v ended with %v and printed %q", c, err, b.String())
		}
	}
}

func TestFilter_CannotControlTerminal(t *testing.T) {
	const hostile = "a\x1b]0;evil\a\u202eb"
	for _, c := range []struct{ jq, template string }{
		{jq: ".things[].id"}, {template: "{{range .things}}{{.id}}\n{{end}}"},
	} {
		got, err := filterOut(t, c.jq, c.template, 80, plain{ID: hostile}, plain{ID: "b\tc\nd"})
		if want := Escape(hostile) + "\nb\\tc\\nd\n"; err != nil || got != want {
			t.Errorf("%v prints %q, %v; want %q", c, got, err, want)
		}
	}
}

func TestFilter_TakesJSONInAnyFormat(t *testing.T) {
	filter, err := NewFilter(".id", "", testNow)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range append(FormatNames(), "") {
		p, err := New(Options{Format: format, Filter: filter}, plainColumns())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.Item(&b, plain{ID: "a1"}, nil); err != nil || b.String() != "a1\n" || p.Format().Name != "json" {
			t.Errorf("-o %s: %q, %v, format %s", format, b.String(), err, p.Format().Name)
		}
	}
	_, err = New(Options{Filter: filter, Columns: []string{"id"}}, plainColumns())
	if _, ok := errors.AsType[*failure.Failure](err); !ok {
		t.Errorf("columns of a filter: %v", err)
	}
}

func TestJQ_IdentityKeepsEveryValue(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := plain{ID: rapid.String().Draw(rt, "id"), Name: rapid.Ptr(rapid.String(), true).Draw(rt, "name")}
		out, err := filterOut(t, ".things[]", "", 0, want)
		if err != nil {
			rt.Fatal(err)
		}
		var got, whole any
		text, _ := json.Marshal(want)
		if json.Unmarshal([]byte(out), &got) != nil || json.Unmarshal(text, &whole) != nil {
			rt.Fatalf("not one value: %q", out)
		}
		if strings.Count(out, "\n") != 1 || !jsonEqual(got, whole) {
			rt.Fatalf("%q is not %s", out, text)
		}
	})
}

func jsonEqual(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

func FuzzFilter_NeverPanics(f *testing.F) {
	for _, seed := range []string{".a[", "{{.a", ". as [$x] | $x", "{{range", "\xff", `"\(`} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = NewFilter(text, "", testNow)
		_, _ = NewFilter("", text, testNow)
	})
}

func TestTemplate_MissingFieldPrintsNothing(t *testing.T) {
	t.Parallel()
	doc := map[string]any{"a": "x", "none": nil, "list": []any{map[string]any{"n": json.Number("1")}, map[string]any{}}}
	for text, want := range map[string]string{
		`[{{.a}}][{{.b}}][{{.none}}]`:                             "[x][][]\n",
		`{{range .list}}({{.n}}){{else}}{{.b}}{{end}}`:            "(1)()\n",
		`{{if .b}}y{{else}}{{.b}}-{{end}}{{with .a}}{{.}}{{end}}`: "-x\n",
		`{{$v := .b}}[{{$v}}]{{upper .b}}{{json .none}}`:          "[]null\n",
		`{{define "one"}}<{{.b}}>{{end}}{{template "one" .}}`:     "<>\n",
	} {
		f, err := newTemplate(text, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.run(t.Context(), doc, false, &out); err != nil || out.String() != want {
			t.Errorf("%s prints %q, %v; want %q", text, out.String(), err, want)
		}
	}
}

// JSON escapes by itself what steers a terminal; done twice it would be another value.
func TestJQ_TerminalKeepsValues(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`.`:                 `{"name":"a\u202eb\u001b[2J\nc"}` + "\n",
		`[.name]`:           `["a\u202eb\u001b[2J\nc"]` + "\n",
		`.name`:             `a\u202eb\x1b[2J\nc` + "\n",
		`.name[1:2]|length`: "1\n",
	} {
		f, err := newJQ(expression)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.run(t.Context(), map[string]any{"name": "a\u202eb\x1b[2J\nc"}, true, &out); err != nil || out.String() != want {
			t.Errorf("%s prints %q, %v; want %q", expression, out.String(), err, want)
		}
	}
}
