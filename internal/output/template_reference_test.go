package output

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"

	"pgregory.net/rapid"
)

// steps is a context that ends after so many questions whether it has.
type steps struct {
	context.Context //nolint:containedctx // it is a context
	left            *int
}

func newSteps(ctx context.Context) steps { return steps{ctx, new(100_000)} }

func (s steps) Err() error {
	if *s.left--; *s.left < 0 {
		return context.Canceled
	}
	return nil
}

func decodeDocument(t interface{ Fatal(...any) }, text string) any {
	doc, err := decodeExact(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// referenceTemplate evaluates a template with text/template. Its own functions are the builtins of text/template, and its
// last step makes a missing value print nothing.
func referenceTemplate(t interface{ Fatal(...any) }, text, doc string) (string, error) {
	const printed = "_printed"
	table := &templateTable{}
	funcs := template.FuncMap{printed: func(v any) any {
		if v == nil {
			return ""
		}
		return v
	}}
	for name, f := range templateFuncs(testNow, table) {
		if _, builtin := templateBuiltins()[name]; !builtin {
			funcs[name] = func(args ...any) (any, error) {
				if len(args) < f.least || f.most >= 0 && len(args) > f.most {
					return nil, errors.New("arguments")
				}
				return f.call(args)
			}
		}
	}
	parsed, err := template.New("").Funcs(funcs).Parse(text)
	if err != nil {
		return "", err
	}
	for _, tree := range parsed.Templates() {
		printMissing(printed, tree.Root)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, templateValue(decodeDocument(t, doc))); err != nil {
		return "", err
	}
	out.WriteString(table.render())
	if out.Len() > 0 && !bytes.HasSuffix(out.Bytes(), []byte("\n")) {
		out.WriteByte('\n')
	}
	return out.String(), nil
}

// printMissing adds a function as the last step of everything that is printed.
func printMissing(function string, list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{parse.NewIdentifier(function)}})
			}
		case *parse.IfNode:
			printMissing(function, n.List)
			printMissing(function, n.ElseList)
		case *parse.RangeNode:
			printMissing(function, n.List)
			printMissing(function, n.ElseList)
		case *parse.WithNode:
			printMissing(function, n.List)
			printMissing(function, n.ElseList)
		}
	}
}

// compareWithReference evaluates a template both ways. It reports false for one that takes too long to compare.
func compareWithReference(t interface {
	Fatal(...any)
	Errorf(string, ...any)
	Context() context.Context
}, text, doc string,
) bool {
	var out bytes.Buffer
	filter, err := newTemplate(text, testNow)
	if err == nil {
		err = filter.run(newSteps(t.Context()), decodeDocument(t, doc), false, &out)
	}
	if errors.Is(err, context.Canceled) {
		return false
	}
	want, wantErr := referenceTemplate(t, text, doc)
	switch {
	case wantErr == nil && errContains(err, "it is not a function"): // arguments of a field of what is missing: ours sees the mistake
		return true
	case err == nil && errContains(wantErr, "cannot index slice/array with type interface {}"): // an index of slice that is a field: ours works
		return true
	}
	if (err != nil) != (wantErr != nil) || err == nil && out.String() != want {
		t.Errorf("%s over %s:\nprints %q, %v\n  want %q, %v", text, doc, out.String(), err, want, wantErr)
	}
	return true
}

func errContains(err error, text string) bool {
	return err != nil && strings.Contains(err.Error(), text)
}

const referenceDocument = `{"a":{"b":"x<&>'\"=\\ /é","n":7,"f":2.5,"none":null,"t":true,"no":false,"big":123456789012345678901,"exp":1e5},
	"list":[1,"two",null,3.25,{"b":1},[1,2]],"empty":[],"object":{"z":1,"a":2,"m":null},"text":"héllo","zero":0,"":"unnamed"}`

func TestTemplate_SameAsTextTemplate(t *testing.T) {
	t.Parallel()
	for text := range strings.SplitSeq(referenceTemplates, "\n") {
		if !compareWithReference(t, text, referenceDocument) {
			t.Errorf("%s does not end", text)
		}
	}
	for _, text := range []string{
		"a\n{{- .zero -}}\n b", "{{/* comment */}}x", "{{define `a`}}\n{{end}}", "{{if .a}}\n{{.text}}\n{{end}}\n", "",
	} {
		compareWithReference(t, text, referenceDocument)
	}
}

// referenceTemplates are templates, one a line, and among them those that fail.
const referenceTemplates = `{{.}}
{{.a}} {{.list}} {{.object}} {{.empty}} {{.text}} {{.zero}} {{.a.n}} {{.a.f}} {{.a.none}} {{.a.t}} {{.a.big}} {{.a.exp}}
{{.absent}}{{.absent.further}}{{(.absent).x}}{{$.absent}}{{$x := .a}}{{$x.n}}{{($x).n}}{{$.a.b}}
{{.text.x}}
{{.a.none.x}}
{{.list.x}}
{{.zero.x}}
{{.a.n 1}}
{{1 | .a.n}}
{{1 2}}
{{nil}}
{{print nil .absent .a.none .zero "x" 1 2 true}}
{{println 1 2}}{{println}}{{print}}
{{printf "%d %s %v %q %5.1f %T %x %%" .a.n .text .list .a.b .a.f .zero .text}}
{{printf "%d" "x"}}{{printf "%!"}}{{printf "%T %T %T %T" 1 1.0 'a' 0x1E}}
{{printf .a.none}}
{{printf 1}}
{{printf}}
{{1}} {{-1}} {{1.0}} {{1.5}} {{1e3}} {{0x1F}} {{0x1E}} {{0X1E}} {{+0x1E}} {{0b11}} {{0o17}} {{1_000}} {{'a'}} {{'\n'}} {{'e'}} {{1i}} {{1+2i}} {{0x1p4}} {{true}} {{"s"}}
{{18446744073709551615}}
{{9223372036854775808}}
{{1e1000}}
{{if .a}}y{{else}}n{{end}}{{if .empty}}y{{else}}n{{end}}{{if .zero}}y{{else if .text}}t{{else}}n{{end}}{{if .a.none}}y{{end}}{{if .absent}}y{{end}}{{if 0.0}}y{{end}}{{if 1i}}c{{end}}{{if 0i}}c{{end}}{{if .a.big}}b{{end}}
{{with .a}}{{.n}}{{$.zero}}{{end}}{{with .absent}}x{{else}}{{.zero}}{{end}}{{with $x := .a.n}}{{$x}}{{.}}{{end}}{{with .empty}}x{{else with .text}}{{.}}{{end}}
{{range .list}}<{{.}}>{{end}}{{range .empty}}x{{else}}none{{end}}{{range .absent}}x{{else}}none{{end}}
{{range $v := .list}}<{{$v}}>{{end}}{{range $i, $v := .list}}{{$i}}={{$v}};{{end}}
{{range $k, $v := .object}}{{$k}}={{$v}};{{end}}{{range .object}}[{{.}}]{{end}}
{{range 3}}{{.}}{{end}}{{range $i := 3}}{{$i}}{{end}}{{range 0}}x{{else}}none{{end}}{{range -1}}x{{else}}none{{end}}
{{range $i, $v := 3}}{{$i}}{{end}}
{{range .text}}x{{end}}
{{range 1.5}}x{{end}}
{{range .a.none}}x{{end}}
{{range true}}x{{end}}
{{range .list}}{{if eq (print .) "two"}}{{break}}{{end}}{{.}}{{end}}
{{range .list}}{{if eq (print .) "two"}}{{continue}}{{end}}{{.}},{{end}}
{{range $i := 3}}{{range 3}}{{if eq . 1}}{{break}}{{end}}{{$i}}{{.}} {{end}}{{end}}
{{$i := 0}}{{$v := 0}}{{range $i, $v = .list}}{{end}}{{$i}} {{$v}}
{{$v := 0}}{{range $v = .object}}{{end}}{{$v}}{{range $v = .empty}}{{else}}{{$v}}{{end}}
{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{$x}}{{end}}{{$x}}
{{$x = 1}}
{{range $x = .list}}{{end}}
{{range $x, $x := .object}}{{$x}}{{end}}
{{or 1 ($x := 2)}}{{$x}}
{{and 1 ($x := 2)}}{{$x}}
{{if true}}{{$y := 1}}{{end}}{{$y}}
{{define "t"}}({{.}}{{$}}){{end}}{{template "t" .zero}}{{template "t"}}{{template "t" .absent}}
{{block "b" .a.n}}<{{.}}>{{end}}{{template "b" 2}}
{{define "r"}}{{if .}}{{len .}}{{template "r" slice . 1}}{{end}}{{end}}{{template "r" .list}}
{{template "absent"}}
{{define "r"}}{{template "r"}}{{end}}{{if .zero}}{{template "r"}}{{end}}
{{define "x"}}{{break}}{{end}}
{{$x := 1}}{{define "v"}}{{$x}}{{end}}
{{and 1 0 2}} {{and}}
{{and 1 "" (index .list 99)}}{{or "" 2 (index .list 99)}}{{or .absent .a.none}}{{or 0 ""}}{{and 1 2}}{{.zero | or 1}}{{.zero | and 1}}{{1 | and .zero}}
{{or 0 (index .list 99)}}
{{not 0}} {{not .absent}} {{not .text}}
{{not}}
{{not 1 2}}
{{len .text}} {{len .list}} {{len .object}} {{len .empty}} {{len .a.none}} {{len .a.big}}
{{len .absent}}
{{len 1}}
{{len}}
{{index .list 1}} {{index .object "z"}} {{index .object "absent"}} {{index .list 4 "b"}} {{index .list}} {{index . ""}} {{index .text 0}} {{index .a.big 0}}
{{index .list 99}}
{{index .list -1}}
{{index .list "0"}}
{{index .list nil}}
{{index .list 1.0}}
{{index .text 6}}
{{index .object 0}}
{{index .object nil}}
{{index .object .a.none}}
{{index .object .a.exp}}
{{index .object "absent" "x"}}
{{index .absent}}
{{index 1 0}}
{{index 1}}
{{index nil}}
{{index .a.none 0}}
{{index}}
{{printf "%T %v" (index .text 0) (index .text 0)}}{{eq (index .text 0) 104}}{{lt (index .text 0) 105}}{{range index .text 0}}.{{end}}{{if index .text 0}}y{{end}}
{{eq (index .text 0) 104.0}}
{{slice .text 1}} {{slice .text 1 3}} {{slice .list 1 2}} {{slice .list}} {{slice .list 1 2 3}} {{slice .list 6}} {{slice .a.big 0 4}} {{slice .a.none}} {{slice (slice .list 0 1) 0 3}}
{{slice (slice .list 0 1 1) 0 3}}
{{printf "%T" (slice .a.big 0 3)}}{{json (slice .a.big 0 3)}}{{json (slice .a.none 0 0)}}
{{slice .list 7}}
{{slice .list 3 2}}
{{slice .list 0 3 2}}
{{slice .list 0 1 2 3}}
{{slice .text 0 1 2}}
{{slice .text "0"}}
{{slice .object}}
{{slice .absent}}
{{slice 1}}
{{eq 1 1}}{{eq 1 2}}{{eq 1 2 1}}{{eq "a" "a"}}{{eq 1.5 1.5}}{{eq true true}}{{eq nil nil}}{{eq .absent nil}}{{eq .list nil}}{{eq nil 1}}{{eq 1 nil}}{{eq .a.none ""}}{{eq .a.big "123456789012345678901"}}{{eq 1i 1i}}{{eq nil 1 nil}}{{eq .a.none nil}}
{{eq 1 1.0}}
{{eq 1 "1"}}
{{eq .list .list}}
{{eq .list .object}}
{{eq .list 1}}
{{eq 1 .list}}
{{eq 1}}
{{eq}}
{{eq 1 1 "a"}}{{eq 1 2 "a"}}
{{ne 1 2}}{{ne "a" "a"}}{{ne nil nil}}{{ne .absent .a.none}}
{{ne 1 2 3}}
{{ne 1 "a"}}
{{lt 1 2}}{{lt 2 1}}{{lt "a" "b"}}{{lt 1.5 2.5}}{{le 1 1}}{{le 2 1}}{{gt 2 1}}{{gt 1 1}}{{ge 1 1}}{{ge 1 2}}{{le "b" "a"}}{{gt .a.none "x"}}
{{lt 1 1.5}}
{{lt true false}}
{{lt 1 nil}}
{{lt nil nil}}
{{le .list .list}}
{{gt 1i 2i}}
{{lt 1}}
{{html .a.b}} {{html .absent}} {{html nil 1 "<"}} {{.a.b | html}} {{html .list}} {{html}}
{{js .a.b}} {{js .absent}} {{"a\u2028\x00\x7f" | js}} {{js 1 "'"}}
{{urlquery .a.b}} {{urlquery .absent 1}} {{.text | urlquery}}
{{call .a}}
{{call}}
{{if false}}{{call .a}}{{end}}
{{csv .text .list .absent 1.5}}
{{join "-" .list}} {{join "-" .text}} {{join "-" .absent}} {{.list | join ","}}
{{join "-"}}
{{json .}} {{json .absent}} {{json 1.50}} {{json "<"}} {{json (index .text 0)}}
{{json 1i}}
{{lower "ABC"}} {{upper .text}} {{.text | upper | lower | len}} {{truncate 3 .text}} {{truncate 0 .text}} {{truncate -3 .text}} {{truncate 3 .absent}}
{{truncate "3" .text}}
{{truncate .text}}
{{timeago "2026-01-01T00:00:00Z"}} {{timeago .text}} {{timeago .zero}}
{{tablerow "a" "b"}}{{tablerow .text .list}}{{tablerender}}x{{tablerow 1 2}}
{{len.x}}
{{(len .list).x}}
{{print.x}}
{{print html len}}
{{(print "a" | upper) | printf "%s-%s" "b"}}{{"x" | printf "%s" | len}}
{{"x" | (print)}}
{{.a | 1}}
{{unknown}}
{{.a
{{end}}
{{break}}
{{template "x"
{{range}}
{{"\x"}}`

// genTemplate writes a template of random statements.
type genTemplate struct {
	t     *rapid.T
	b     strings.Builder
	loops int // around the statement
	names int // of blocks
}

func (g *genTemplate) pick(from ...string) string { return rapid.SampledFrom(from).Draw(g.t, "pick") }

func (g *genTemplate) list(depth int) {
	for range rapid.IntRange(0, 3).Draw(g.t, "statements") {
		g.statement(depth)
	}
}

func (g *genTemplate) statement(depth int) {
	kinds := []string{"text", "print", "print", "declare", "assign"}
	if depth > 0 {
		kinds = append(kinds, "if", "with", "range", "range", "template", "block")
	}
	if g.loops > 0 {
		kinds = append(kinds, "break", "continue")
	}
	switch kind := g.pick(kinds...); kind {
	case "text":
		g.b.WriteString(g.pick("x", " ", "\n", "<"))
	case "print":
		fmt.Fprintf(&g.b, "{{%s%s%s}}", g.pick("", "- "), g.pipeline(3), g.pick("", " -"))
	case "declare":
		fmt.Fprintf(&g.b, "{{$%s := %s}}", g.pick("x", "y"), g.pipeline(2))
	case "assign":
		fmt.Fprintf(&g.b, "{{$%s = %s}}", g.pick("x", "y"), g.pipeline(2))
	case "break", "continue":
		fmt.Fprintf(&g.b, "{{if %s}}{{%s}}{{end}}", g.pipeline(2), kind)
	case "template":
		fmt.Fprintf(&g.b, "{{template %q %s}}", g.pick("one", "two"), g.pipeline(2))
	default:
		head := map[string]string{"range": g.pick("range ", "range $x := ", "range $x, $y := ", "range $y, $x = "), "block": fmt.Sprintf("block \"block %d\" ", g.names)}[kind]
		g.names++
		if head == "" {
			head = kind + g.pick(" ", " $x := ")
		}
		fmt.Fprintf(&g.b, "{{%s%s}}", head, g.pipeline(2))
		outside := g.loops
		switch kind {
		case "range":
			g.loops++
		case "block":
			g.loops = 0
		}
		g.list(depth - 1)
		g.loops = outside
		if kind != "block" && g.pick("", "else") != "" {
			g.b.WriteString("{{else}}")
			g.list(depth - 1)
		}
		g.b.WriteString("{{end}}")
	}
}

func (g *genTemplate) pipeline(depth int) string {
	s := g.command(depth)
	for range rapid.IntRange(0, 1).Draw(g.t, "pipes") {
		s += " | " + g.pick("len", "print", "html", "json", "printf \"%v\"", "index $.list", "eq 1", "and 1", "or 0", "upper", "not", "slice")
	}
	return s
}

func (g *genTemplate) command(depth int) string {
	if depth == 0 || g.pick("operand", "call") == "operand" {
		return g.operand(depth)
	}
	variadic := []string{"and", "or", "slice", "print", "println", "html", "js", "urlquery", "eq", "csv"}
	functions := [][]string{ // by the number of their arguments
		1: append(slices.Clone(variadic), "not", "len", `join "-"`, "json", "lower", "upper", "truncate 2"),
		2: append(slices.Clone(variadic), "index", "ne", "lt", "le", "gt", "ge", `printf "%v|%T"`),
		3: variadic,
	}
	arguments := rapid.IntRange(1, 3).Draw(g.t, "arguments")
	s := g.pick(functions[arguments]...)
	for range arguments {
		s += " " + g.operand(depth-1)
	}
	return s
}

func (g *genTemplate) operand(depth int) string {
	if depth > 0 && rapid.Bool().Draw(g.t, "nested") {
		return "(" + g.pipeline(depth-1) + ")" + g.pick("", "", ".a")
	}
	return g.pick(".", ".", "$", ".a", ".b", ".a.b", "$.list", ".list", "$.a", "$x", "$y", "$x.a", ".none", ".n", ".f", ".big", ".s",
		"nil", "true", "false", "0", "1", "2", "1.5", "1.0", "'a'", "-1", "0x1", `"a"`, `"b"`, `""`, `"<'>"`)
}

func TestTemplate_RandomSameAsTextTemplate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		doc := map[string]any{"none": nil, "n": 3, "f": 2.5, "big": json.Number("123456789012345678901"), "s": "<'é'>"}
		for _, name := range []string{"a", "b", "list"} {
			doc[name] = genValue(3).Draw(rt, name)
		}
		text, err := json.Marshal(doc)
		if err != nil {
			rt.Fatal(err)
		}
		g := &genTemplate{t: rt}
		g.b.WriteString(`{{define "one"}}{{.}}{{end}}{{define "two"}}{{$x := 1}}{{$y := .a}}`)
		g.list(1)
		g.b.WriteString("{{end}}{{$x := .a}}{{$y := 1}}")
		g.list(3)
		compareWithReference(rt, g.b.String(), string(text))
	})
}

func genValue(depth int) *rapid.Generator[any] {
	leaf := rapid.SampledFrom([]any{nil, true, false, 0, 1, 97, -2, 1.5, 2.0, "", "a", "b", "x<&>'\"", "é", json.Number("123456789012345678901"), json.Number("1e3")})
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(leaf,
		rapid.Map(rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[any] { return genValue(depth - 1) }), 0, 4), func(v []any) any { return v }),
		rapid.Map(rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "n"}), rapid.Deferred(func() *rapid.Generator[any] { return genValue(depth - 1) }), 0, 3), func(v map[string]any) any { return v }))
}

func FuzzTemplate_SameAsTextTemplate(f *testing.F) {
	for text := range strings.SplitSeq(referenceTemplates, "\n") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { compareWithReference(t, text, referenceDocument) })
}
