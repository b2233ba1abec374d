package bulk

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/test/simulate"
)

// Every cell of the reasons stands under its own name, whatever the length of the row, and the row's cells are as they were.
func TestRejects_WidthOfTheHeader(t *testing.T) {
	t.Parallel()
	cell := rapid.SampledFrom([]string{"", "a@example.com", "Foo", "no email", "=1+1", "'x", "two\nlines", `"q"`, "x, y", "DE", "short_row"})
	rapid.Check(t, func(rt *rapid.T) {
		header := [][]string{
			{"email", "company_name", "country_code"},
			{"email", "company_name", "_hydractl_line", "_hydractl_state", "_hydractl_code", "_hydractl_error", "_hydractl_import"},
			{"email", "", "company_name"},
		}[rapid.IntRange(0, 2).Draw(rt, "header")]
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 9), 1, 6).Draw(rt, "rows")
		checked, j, remove := checkedRows(t, rt, header, rows)
		defer remove()
		var want [][]string
		for r, err := range Results(t.Context(), j, checked) {
			if err != nil {
				rt.Fatal(err)
			}
			if r.State == record.Invalid {
				want = append(want, append(r.Original().Cells, r.rejectCells("")...))
			}
		}
		var out bytes.Buffer
		if n, err := EncodeRejects(t.Context(), &out, j, checked, journal.ImportID(j.Header)); err != nil || n != len(want) {
			rt.Fatalf("%d rejects, %v", n, err)
		}
		got, err := csv.NewReader(&out).ReadAll() // which refuses rows of different lengths
		if err != nil {
			rt.Fatal(err)
		}
		own := len(got[0]) - len(input.RejectColumns())
		if diff := cmp.Diff(input.RejectColumns(), got[0][own:]); diff != "" {
			rt.Fatal(diff)
		}
		for i, row := range got[1:] {
			cells := want[i][:len(want[i])-len(input.RejectColumns())]
			if len(cells) == len(header) {
				cells = checked.Source.OwnCells(cells)
			}
			cells = append(slices.Clone(cells), make([]string, own-len(cells))...)
			for c, text := range slices.Concat(cells, want[i][len(want[i])-len(input.RejectColumns()):]) {
				if input.Unguard(row[c]) != input.Unguard(text) {
					rt.Errorf("cell %d (%s) of %q is %q, want %q", c, got[0][c], want[i], row[c], text)
				}
			}
		}
	})
}

// checkedRows is a file that was checked and not imported.
func checkedRows(t *testing.T, f fataler, header []string, rows [][]string) (*input.Checked, *journal.Journal, func()) {
	t.Helper()
	dir := t.TempDir()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(dir, "in.csv")
	err := os.WriteFile(path, text.Bytes(), 0o600)
	source, openErr := input.Open(t.Context(), path, nil, dir, input.ReadOptions{Delimiter: ','})
	if err = errors.Join(err, openErr); err != nil {
		f.Fatal(err)
	}
	checked, err := input.Validate(t.Context(), source, input.Rules{SkipInvalid: true})
	if err != nil {
		f.Fatal(err)
	}
	j, err := journal.Open(simulate.NewDisk(nil), "/journal", journal.Header{})
	if err != nil {
		f.Fatal(err)
	}
	return checked, j, func() { _ = errors.Join(j.Close(), source.Close(), os.RemoveAll(dir)) }
}

func TestRejects_ShortRowStaysInvalidUntilFixed(t *testing.T) {
	t.Parallel()
	j, checked, _ := imported(t, "c.csv", "company_name,email,country_code,currency\nFoo,b@example.com,DE,EUR,too much\nFoo,a@example.co", input.ReadOptions{})
	out := filepath.Join(t.TempDir(), "rejects.csv")
	if _, err := WriteRejects(t.Context(), files.Disk(), out, j, checked); err != nil {
		t.Fatal(err)
	}
	rejects := read(t, out)
	if !strings.Contains(rejects, "\nFoo,a@example.co,,,,3,invalid,short_row,") {
		t.Fatal(rejects)
	}
	before, rest, _ := strings.Cut(rejects, "\nFoo,b@")
	_, last, _ := strings.Cut(rest, "\n")
	rejects = before + "\n" + last
	for name, test := range map[string]struct {
		old, fixed string
		invalid    int
	}{
		"as it is":             {"", "", 1},
		"a cell, not the last": {"co,,", "com,DE,", 1},
		"the last cell":        {"co,,", "com,,EUR", 0},
		"the code taken out":   {"short_row", "", 0},
	} {
		_, again, api := imported(t, "r.csv", strings.Replace(rejects, test.old, test.fixed, 1), input.ReadOptions{})
		if again.Counts[record.Invalid] != test.invalid || len(api.names) != 1-test.invalid {
			t.Errorf("%s: %v, sent %q", name, again.Counts, api.names)
		}
	}
}

func TestRejects_LongRowIsFixedByEmptyingCells(t *testing.T) {
	t.Parallel()
	j, checked, _ := imported(t, "c.csv", "company_name,email\nFoo, Inc.,a@example.com\nBar,no email\n", input.ReadOptions{})
	out := filepath.Join(t.TempDir(), "rejects.csv")
	if _, err := WriteRejects(t.Context(), files.Disk(), out, j, checked); err != nil {
		t.Fatal(err)
	}
	rejects := read(t, out)
	if !strings.HasPrefix(rejects, "company_name,email,,_hydractl_line") || !strings.Contains(rejects, "\nFoo,\" Inc.\",a@example.com,2,invalid,") {
		t.Fatal(rejects)
	}
	fixed := strings.NewReplacer(`Foo," Inc.",a@example.com,`, `"Foo, Inc.",a@example.com,,`, "no email", "b@example.com").Replace(rejects)
	_, again, api := imported(t, "r.csv", fixed, input.ReadOptions{})
	slices.Sort(api.names)
	if diff := cmp.Diff([]string{"Bar", "Foo, Inc."}, api.names); diff != "" || again.Err() != nil {
		t.Errorf("%v\n%s", again.Err(), diff)
	}
}
