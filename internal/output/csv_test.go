package output

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// printCells prints one row of text cells, without a header.
func printCells(t interface{ Fatal(...any) }, o Options, cells []string) string {
	o.NoHeaders = true
	cols := make([]Column[[]string], len(cells))
	for i := range cols {
		cols[i] = Column[[]string]{Name: "c", Sets: CSV, Value: func(r []string) any { return r[i] }}
	}
	p, err := New(o, cols)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := p.List(&b, sequence([][]string{cells}, nil), Envelope{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCSV_RoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(wild(), 1, 5).Draw(t, "cells")
		text := printCells(t, Options{Format: "csv"}, cells)
		got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := make([]string, len(cells))
		for i, cell := range cells {
			want[i] = strings.ReplaceAll(cell, "\r\n", "\n") // the reader's doing, the text has both
		}
		if diff := cmp.Diff([][]string{want}, got); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
	})
}

func TestCSV_KeepsCarriageReturns(t *testing.T) {
	want := "\"a\rb\",\"c\r\nd\"\n"
	if got := printCells(t, Options{Format: "csv"}, []string{"a\rb", "c\r\nd"}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTSV_RoundTripOnOneLine(t *testing.T) {
	back := strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\\`, `\`)
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(wild(), 1, 5).Draw(t, "cells")
		text := printCells(t, Options{Format: "tsv"}, cells)
		line, rest, _ := strings.Cut(text, "\n")
		if rest != "" || strings.Contains(line, "\r") {
			t.Fatalf("%q is not one line", text)
		}
		got := strings.Split(line, "\t")
		for i := range got {
			got[i] = back.Replace(got[i])
		}
		if diff := cmp.Diff(cells, got); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
	})
}

func TestCSV_RawInPipeVisibleOnTerminal(t *testing.T) {
	for format, want := range map[string]string{
		"csv": `\x1b[2Jx` + ",=1+1\n",
		"tsv": `\\x1b[2Jx` + "\t=1+1\n", // the backslash is data to the reader
	} {
		cells := []string{"\x1b[2Jx", "=1+1"}
		if got := printCells(t, Options{Format: format, Width: 80}, cells); got != want {
			t.Errorf("%s on a terminal: %q, want %q", format, got, want)
		}
		if got := printCells(t, Options{Format: format}, cells); !strings.HasPrefix(got, "\x1b[2Jx") {
			t.Errorf("%s for a pipe: %q", format, got)
		}
	}
}

func TestCSV_ValuesOfEveryKind(t *testing.T) {
	type row = map[string]any
	at := Time{At: testNow(), Raw: "2026-03-01T12:00:00.123456", Valid: true}
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, ""},
		{"a", "a"},
		{new("a"), "a"},
		{(*string)(nil), ""},
		{-3, "-3"},
		{new(3), "3"},
		{int64(1 << 60), "1152921504606846976"},
		{new(int64(7)), "7"},
		{(*int64)(nil), ""},
		{0.25, "0.25"},
		{new(1e21), "1000000000000000000000"},
		{true, "true"},
		{new(false), "false"},
		{at, at.Raw},
		{&at, at.Raw},
		{(*Time)(nil), ""},
		{Time{}, ""},
		{Plain, "0"},
	} {
		cols := []Column[row]{
			{Name: "k", Sets: CSV, Value: func(row) any { return "k" }},
			{Name: "v", Sets: CSV, Value: func(r row) any { return r["v"] }},
		}
		p, err := New(Options{Format: "csv", NoHeaders: true}, cols)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := p.Item(&b, row{"v": c.value}, nil); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != "k,"+c.want+"\n" {
			t.Errorf("%#v: %q, want %q", c.value, got, c.want)
		}
	}
}
