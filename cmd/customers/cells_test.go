package customers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

func TestExport_CellsAreImportedUnchanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.Bool().Draw(t, "raw")
		columns := rapid.IntRange(1, 3).Draw(t, "columns")
		var want []record.Values
		var customers []client.Customer
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			cells := rapid.SliceOfN(anyCell(), columns, columns).Draw(t, "cells")
			cells = append(cells, "", "")
			customers = append(customers, client.Customer{CompanyName: &cells[0], CountryCode: &cells[1], Currency: &cells[2]})
			imported := slices.Clone(cells)
			for i := range imported {
				if !raw {
					imported[i] = trimmedCell(imported[i])
				}
			}
			want = append(want, record.Values{record.CompanyName: imported[0], record.CountryCode: imported[1], record.Currency: imported[2]})
		}
		picks := []string{"company_name", "country_code", "currency"}[:columns]
		opts := output.Options{Format: "csv", Columns: picks, Guard: input.Guard}
		if raw {
			opts.Guard = nil
		}
		printer, err := output.New(opts, customerColumns())
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := printer.List(&text, cli.Each(customers), output.Envelope{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, importedValues(t, dir, text.Bytes(), raw)); diff != "" {
			t.Fatalf("%q: %s", text.String(), diff)
		}
	})
}

// trimmedCell is a cell as an import without --raw takes it: without blanks and invisible characters around it.
func trimmedCell(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) && (r < 0xe0000 || r > 0xe007f)
	})
}

// anyCell is any text that the API stores and that a file of CSV can hold as given.
func anyCell() *rapid.Generator[string] {
	text := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom(clitest.UnexpectedCells()),
		rapid.StringOf(rapid.SampledFrom([]rune("'\"=+-@\t\r\n ,;|ab\u00a0\ufeff\u2028"))),
	)
	return text.Filter(func(s string) bool {
		return trimmedCell(s) != "" && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
	})
}

func importedValues(t *rapid.T, dir string, text []byte, raw bool) []record.Values {
	path := filepath.Join(dir, "export.csv")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := input.Open(context.Background(), path, nil, dir, input.ReadOptions{Raw: raw})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	defer source.Close()
	checked, err := input.Validate(context.Background(), source, input.Rules{AllowNoEmail: true})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if err := checked.Err(); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var got []record.Values
	for row, err := range checked.Each() {
		if err != nil {
			t.Fatal(err)
		}
		for i := range row.Values { // they share the reader's memory
			row.Values[i] = strings.Clone(row.Values[i])
		}
		got = append(got, row.Values)
	}
	return got
}

// TestDetail_MembersInOrder checks that a table of subscriptions starts with what a person looks for, whatever the server's order,
// and that no member of any of them goes without a word.
func TestDetail_MembersInOrder(t *testing.T) {
	t.Parallel()
	names, others := gridMembers([]json.RawMessage{
		[]byte(`{"cancel":false,"created":"2024-02-10T18:31:29Z","id":"1","plan":"pro","tags":[],"status":"active","other_id":"2","quantity":19}`),
		[]byte(`{"plan":"pro","seats":3,"meta_data":{},"tags":[1]}`),
		[]byte(`"text"`),
	})
	if want := "plan status quantity seats cancel created id other_id"; strings.Join(names, " ") != want {
		t.Errorf("%v, want %s", names, want)
	}
	if want := "TAGS,META DATA"; strings.Join(others, ",") != want {
		t.Errorf("others %v, want %s", others, want)
	}
	var all []json.RawMessage
	for i := range 1000 {
		all = append(all, fmt.Appendf(nil, `{"m%d":1}`, i))
	}
	if names, others = gridMembers(all); len(names) != maxGridColumns || len(names)+len(others) != len(all) {
		t.Errorf("%d columns, %d others", len(names), len(others))
	}
	if g := grid([]json.RawMessage{[]byte(`{"a":{}}`), []byte(`"text"`)}); len(g.Rows) != 2 || g.Rows[0][0] != `{"a":{}}` || g.Rows[1][0] != `"text"` {
		t.Errorf("%+v", g)
	}
}
