package input

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// FuzzRows_SentAsInFile holds that what is sent is what stands in the file, up to the changes that are listed.
func FuzzRows_SentAsInFile(f *testing.F) {
	for _, seed := range []string{
		"email,company_name,country\na@example.com, A ,Germany\n,,\nb@example.com,'=1,DE,\n", "email;company\nc@example.com;N/A\nd@example.com\n",
		"id,Email,Name,Created (UTC),Delinquent\n1,a@example.com,A,,\n", "\xef\xbb\xbfemail,company\n\u200ba@example.com,\u00a0B\n", "email,company\na@example.com,\"A \"\"b\"\"\"\n",
		"a,,\n\nemail,company\nx@example.com,NULL\n", "email,tz\na@example.com,Berlin\na@example.com,Berlin\n",
	} {
		f.Add(seed, false, false)
		f.Add(seed, true, true)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content string, fix, raw bool) {
		source, err := Open(t.Context(), "-", strings.NewReader(content), dir, ReadOptions{Raw: raw, IgnoreUnknown: true, NullTokens: []string{"NULL"}, Format: FormatCSV})
		if err != nil {
			return
		}
		defer source.Close()
		checked, err := Validate(t.Context(), source, Rules{FixCodes: fix, SkipInvalid: true, Duplicates: DuplicatesFirst, AllowNoEmail: true})
		if err != nil || checked.Err() != nil || source.csv.backslash {
			return
		}
		var counted Changes
		for row, err := range checked.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			countChanges(t, checked, row, fix, raw, &counted)
		}
		got := checked.Changes
		if counted.Trimmed > got.Trimmed || counted.Converted != got.Converted || counted.Unguarded > got.Unguarded || counted.Nulls > got.Nulls {
			t.Fatalf("%q: the changes are %+v, and %+v were listed", content, counted, got)
		}
		compareWithStandard(t, content, source, checked)
	})
}

// countChanges finds by what changes each value came from its cell; one that came otherwise is an error.
func countChanges(t *testing.T, checked *Checked, row *CheckedRow, fix, raw bool, counted *Changes) {
	t.Helper()
	cells := row.Original().Cells
	if row.State == record.Invalid {
		return
	}
	for i, use := range checked.Source.csv.uses {
		if use.field < 0 || i >= len(cells) || checked.Source.Mapping[i].Fallback || use.rank > 0 {
			continue
		}
		sent, cell := row.Values[use.field], cells[i]
		if sent == cell {
			continue
		}
		if unguarded := Unguard(cell); !raw && unguarded != cell {
			counted.Unguarded++
			cell = unguarded
		}
		if trimmed := string(trimOuter([]byte(cell))); (!raw || use.field == record.Email) && trimmed != cell && trimmed != "" {
			counted.Trimmed++
			cell = trimmed
		}
		switch {
		case sent == cell, sent == "" && isBlank([]byte(cell)):
		case sent == "" && cell == "NULL":
			counted.Nulls++
		case fix && slices.ContainsFunc(checked.Codes, func(c CodeCount) bool { return c.Converted && c.Text == Clip(cell) && c.Suggestion == sent }):
			counted.Converted++
		case sent == "" && slices.ContainsFunc(checked.Source.csv.uses, func(u columnUse) bool { return u.field == use.field && u.rank > 0 }):
		default:
			t.Fatalf("the cell %q is sent as %q", cells[i], sent)
		}
	}
}

// compareWithStandard holds that the cells are those of encoding/csv, where that can read the file.
func compareWithStandard(t *testing.T, content string, source *Source, checked *Checked) {
	t.Helper()
	if loneReturn(content) || strings.Contains(content, " \"") || strings.Contains(content, "\" ") || source.charset.mark > 0 || source.charset.table != nil {
		return
	}
	r := csv.NewReader(bytes.NewReader([]byte(content)))
	r.Comma, r.FieldsPerRecord = source.Delimiter(), -1
	all, err := r.ReadAll()
	if err != nil {
		return
	}
	known := map[string]bool{}
	for _, cells := range all {
		known[strings.Join(cells, "\x00")] = true
	}
	for row, err := range checked.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if cells := strings.ReplaceAll(strings.Join(row.Original().Cells, "\x00"), "\r\n", "\n"); !known[cells] {
			t.Fatalf("encoding/csv knows no row %q", row.Original().Cells)
		}
	}
}
