package cmd

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
	"github.com/hydracore/hydractl/pkg/client"
)

// oddCells are company names that some step between two tenants may change.
func oddCells() []string {
	return []string{
		"=1+1", "'=1+1", "''=1+1", `"=1+1"`, " =1+1", "' =1+1", "+49 30", "-1", "@SUM(A1)", "\t=x", "\r=x", "'", "''", "'x",
		`=HYPERLINK("http://example.org","a,b")`, "a,b", `"a,b"`, `say "hi"`, "a;b", "a|b", "a\tb", "two\nlines", "two\r\nlines", "a\rb",
		" leading", "trailing ", "株式会社", "e\u0301", "\U0001F600", "\u202egnp", "\ufeffmark", "\x1b[31mred", `back\slash`, `\N`,
		"NULL", "N/A", "-", "00123", "1e5", "TRUE", "sep=,", "#hash", strings.Repeat("long ", 2000),
	}
}

// emptySandbox gives the environment of a sandbox without customers.
func emptySandbox(t *testing.T) map[string]string {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return map[string]string{
		"HYDRACORE_API_URL": s.URL(), "HYDRACORE_API_KEY": s.Key(), "HYDRACTL_STATE_DIR": t.TempDir(),
	}
}

func succeed(t *testing.T, vars map[string]string, args ...string) ran {
	t.Helper()
	got := runCLI(t, vars, "", args...)
	if got.code != exitOK {
		t.Fatalf("%q: exit %d\n%s", args, got.code, got.errOut)
	}
	return got
}

func TestAnExportImportedElsewhereIsExportedAlike(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := emptySandbox(t)
	var input bytes.Buffer
	for i, name := range oddCells() {
		c := map[string]string{"email": fmt.Sprintf("a%02d+x@example.com", i), "company_name": name, "timezone": "Europe/Berlin"}
		if i%2 == 0 {
			c["country_code"], c["currency"] = "DE", "=EUR"
		}
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	path := filepath.Join(dir, "input.jsonl")
	if err := os.WriteFile(path, input.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	succeed(t, first, "customers", "import", path, "--yes")
	names := map[string]bool{}
	for _, record := range exported(t, first, filepath.Join(dir, "check.jsonl")) {
		names[fmt.Sprint(record["company_name"])] = true
	}
	for _, name := range oddCells() {
		if !names[name] {
			t.Errorf("the first tenant has no %q", name)
		}
	}
	for _, format := range []string{"csv", "jsonl"} {
		second := emptySandbox(t)
		before, after := filepath.Join(dir, "before."+format), filepath.Join(dir, "after."+format)
		want := exported(t, first, before)
		if got := succeed(t, second, "customers", "import", before, "--yes", "-o", "json"); !strings.Contains(got.errOut, "left out what the server fills in itself") {
			t.Errorf("%s: %s", format, got.errOut)
		}
		if diff := cmp.Diff(want, exported(t, second, after)); diff != "" || len(want) != len(oddCells()) {
			t.Errorf("%s: %d customers before\n%s", format, len(want), diff)
		}
	}
}

// exported exports to a file and gives its records by email, without what every tenant fills in anew.
func exported(t *testing.T, vars map[string]string, path string) map[string]map[string]any {
	t.Helper()
	succeed(t, vars, "customers", "export", "--out", path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	byEmail := map[string]map[string]any{}
	for _, record := range parse(t, filepath.Ext(path), text) {
		delete(record, "id")
		delete(record, "created_at")
		byEmail[record["email"].(string)] = record
	}
	return byEmail
}

func parse(t *testing.T, format string, text []byte) (records []map[string]any) {
	t.Helper()
	if format == ".csv" {
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			record := map[string]any{}
			for i, cell := range row {
				record[rows[0][i]] = cell
			}
			records = append(records, record)
		}
		return records
	}
	for line := range bytes.Lines(text) {
		var record map[string]any
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return records
}

// anyCell is any text that the API stores and that a file of CSV can hold as given.
func anyCell() *rapid.Generator[string] {
	text := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom(oddCells()),
		rapid.StringOf(rapid.SampledFrom([]rune("'\"=+-@\t\r\n ,;|ab\u00a0\ufeff\u2028"))),
	)
	return text.Filter(func(s string) bool {
		return strings.TrimSpace(s) != "" && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
	})
}

func TestAnyCellOfAnExportIsImportedAsItWas(t *testing.T) {
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
			want = append(want, record.Values{record.CompanyName: cells[0], record.CountryCode: cells[1], record.Currency: cells[2]})
			customers = append(customers, client.Customer{CompanyName: &cells[0], CountryCode: &cells[1], Currency: &cells[2]})
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
		if _, err := printer.List(&text, each(customers), output.Envelope{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, importedValues(t, dir, text.Bytes(), raw)); diff != "" {
			t.Fatalf("%q: %s", text.String(), diff)
		}
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
	checked, err := input.Validate(context.Background(), source, dir, input.Rules{AllowNoEmail: true})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	defer checked.Close()
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

func TestAnExportWhileOthersInsertHoldsAllThatWereThere(t *testing.T) {
	t.Parallel()
	settings, err := sandbox.ParseSettings([]string{"ties=page"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), sandbox.Options{
		Seed: 430, Settings: settings, Faults: []string{"insert_between_pages:n=7,rate=0.15,seed=3", "insert_between_pages:n=1,age=60,rate=0.05,seed=1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	vars := map[string]string{"HYDRACORE_API_URL": s.URL(), "HYDRACORE_API_KEY": s.Key(), "HYDRACTL_STATE_DIR": t.TempDir()}
	path := filepath.Join(t.TempDir(), "all.csv")
	complete := 0
	for range 8 {
		before := trueIDs(t, s)
		got := runCLI(t, vars, "", "customers", "export", "--out", path, "--columns", "id", "--no-headers", "--force")
		if got.code == exitPartial {
			continue // it says so
		}
		if got.code != exitOK {
			t.Fatalf("exit %d\n%s", got.code, got.errOut)
		}
		complete++
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ids := strings.Fields(string(text))
		slices.Sort(ids)
		for _, id := range before {
			if _, found := slices.BinarySearch(ids, id); !found {
				t.Errorf("%s was there all the time and is not in the export", id)
			}
		}
		if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
			t.Errorf("%d ids, %d of them different", len(ids), n)
		}
	}
	if complete == 0 {
		t.Error("no export was complete")
	}
}

func trueIDs(t *testing.T, s *sandbox.Server) (ids []string) {
	t.Helper()
	truth, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range truth.Customers {
		ids = append(ids, c.ID)
	}
	return ids
}
