package output

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

// TestMain measures as in an English locale, whatever the tests run in.
func TestMain(m *testing.M) {
	text.OverrideRuneWidthEastAsianWidth(false)
	m.Run()
}

// goldenTables is read, or rewritten when UPDATE_GOLDEN is set.
const goldenTables = "testdata/tables.txtar"

func TestTable_GoldenAtEveryWidth(t *testing.T) {
	var got txtar.Archive
	for _, width := range []int{0, 10, 40, 60, 80, 120, 200} {
		for _, format := range []string{"table", "wide"} {
			text, res, err := printList(Options{Format: format, Width: width}, customers())
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Hidden) > 0 {
				text += "hidden: " + strings.Join(res.Hidden, ", ") + "\n"
			}
			got.Files = append(got.Files, txtar.File{Name: fmt.Sprintf("%s %d", format, width), Data: []byte(text)})
		}
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(goldenTables, txtar.Format(&got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := txtar.ParseFile(goldenTables)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(txtar.Format(want)), string(txtar.Format(&got))); diff != "" {
		t.Error(diff)
	}
}

func TestTable_FitsTerminalAndKeepsEmail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawCustomers(t)
		width := rapid.IntRange(1, 220).Draw(t, "width")
		text, _, err := printList(Options{Width: width}, rows)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if len(lines) != len(rows)+1 {
			t.Fatalf("%d lines for %d rows:\n%s", len(lines), len(rows), text)
		}
		for i, line := range lines {
			if strings.HasSuffix(line, " ") {
				t.Fatalf("line %d ends in a blank: %q", i, line)
			}
			if n := DisplayWidth(line); n > max(width, 20) {
				t.Fatalf("line %d takes %d columns of %d: %q", i, n, width, line)
			}
			if i == 0 && !strings.HasPrefix(line, "EMAIL") {
				t.Fatalf("the table has lost its addresses: %q", line)
			}
		}
	})
}

func drawCustomers(t *rapid.T) []customer {
	var rows []customer
	for i := range rapid.IntRange(1, 4).Draw(t, "rows") {
		text := func(label string) string { return rapid.OneOf(wild(), rapid.StringN(0, 60, -1)).Draw(t, label) }
		rows = append(rows, newCustomer(i, text("email"), text("company"), text("country"), text("status")))
	}
	return rows
}

func TestTable_WideAndCombiningText(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
	}{
		{"Acme", 4},
		{"株式会社", 8},
		{"e\u0301e\u0301", 2},
		{"\U0001F600", 2},
		{"ｱｲｳ", 3},
		{"한국", 4},
		{"عربي", 4},
	} {
		rows := []customer{
			newCustomer(1, "a@example.com", c.name, "DE", "active"),
			newCustomer(2, "a@example.com", strings.Repeat("x", c.width), "DE", "active"),
		}
		text, _, err := printList(Options{Columns: []string{"company,id"}, NoHeaders: true}, rows)
		if err != nil {
			t.Fatal(err)
		}
		want := c.name + strings.Repeat(" ", max(c.width, 1)-c.width+gap) + rows[0].ID
		if first, _, _ := strings.Cut(text, "\n"); first != want {
			t.Errorf("%q: %q, want %q", c.name, first, want)
		}
	}
}

func TestTable_NothingCutWithoutTerminal(t *testing.T) {
	rows := customers()
	pipe, _, err := printList(Options{}, rows)
	if err != nil {
		t.Fatal(err)
	}
	told, res, err := printList(Options{Width: 10, NoTruncate: true, Time: "utc"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pipe, told); diff != "" || len(res.Hidden) > 0 {
		t.Errorf("hidden %v: %s", res.Hidden, diff)
	}
	for _, r := range rows {
		for _, s := range []*string{r.Email, r.Company} {
			if s != nil && !strings.Contains(pipe, *s) {
				t.Errorf("%q is missing:\n%s", *s, pipe)
			}
		}
	}
}

func TestTable_ColourForTitlesAndStatus(t *testing.T) {
	rows := customers()[:2]
	plain, _, err := printList(Options{Width: 160}, rows)
	if err != nil {
		t.Fatal(err)
	}
	colored, _, err := printList(Options{Width: 160, Color: true}, rows)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain, "\x1b") {
		t.Errorf("colour although off: %q", plain)
	}
	for _, want := range []string{"\x1b[1mEMAIL\x1b[0m", "\x1b[32mactive\x1b[0m", "\x1b[33mpast_due\x1b[0m"} {
		if !strings.Contains(colored, want) {
			t.Errorf("%q is missing in %q", want, colored)
		}
	}
	bare := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[32m", "", "\x1b[33m", "").Replace(colored)
	if diff := cmp.Diff(plain, bare); diff != "" {
		t.Errorf("colour moves the text: %s", diff)
	}
}

func TestTable_NoHeaders(t *testing.T) {
	for _, format := range []string{"table", "wide", "csv", "tsv"} {
		text, _, err := printList(Options{Format: format, NoHeaders: true}, customers())
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(text, "\n"); n != len(customers()) || strings.Contains(strings.ToLower(text), "country") {
			t.Errorf("%s: %d lines:\n%s", format, n, text)
		}
	}
}

func TestTable_CutsEndsAndMiddles(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		fit   Fit
		want  string
	}{
		{"Acme Industries", 15, FitEnd, "Acme Industries"},
		{"Acme Industries", 10, FitEnd, "Acme Indu…"},
		{"Acme Industries", 6, FitEnd, "Acme…"},
		{"株式会社サンプル", 8, FitEnd, "株式会…"},
		{"e\u0301e\u0301e\u0301e\u0301", 3, FitEnd, "e\u0301e\u0301…"},
		{"anna.maria@example.com", 20, FitMiddle, "anna.ma…@example.com"},
		{"anna.maria@example.com", 16, FitMiddle, "ann…@example.com"},
		{"anna.maria@example.com", 15, FitMiddle, "an…@example.com"},
		{"anna.maria@example.com", 14, FitMiddle, "anna…ample.com"},
		{"no-address-at-all", 10, FitMiddle, "no-…at-all"},
		{"xxxx\u0301\u0301\u0301yy", 4, FitMiddle, "x…yy"},
		{"never-cut", 3, FitWhole, "never-cut"},
		{"abc", 1, FitEnd, "a"},
		{"abc", 0, FitMiddle, ""},
		{"株", 1, FitEnd, ""},
	} {
		got := cut(c.in, c.width, c.fit)
		if got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
		if c.fit != FitWhole && DisplayWidth(got) > c.width {
			t.Errorf("cut(%q, %d) takes %d columns", c.in, c.width, DisplayWidth(got))
		}
	}
}

// TestFitColumns_Order holds in which order a narrowing table gives way: company to 16 cells, created, country, ID, then
// company to 8, status and company itself; the address is cut when no other column can go.
func TestFitColumns_Order(t *testing.T) {
	spans := []span{
		{want: 30, least: 20, tight: 20, fit: FitMiddle},       // email
		{want: 25, least: 16, tight: 8, fit: FitEnd, drop: 12}, // company
		{want: 7, least: 7, tight: 7, drop: 3},                 // country
		{want: 6, least: 6, tight: 6, drop: LastEarlyDrop + 2}, // status
		{want: 8, least: 8, tight: 8, drop: 2},                 // created
		{want: 36, least: 36, tight: 36, drop: 6},              // ID
	}
	for _, c := range []struct {
		room   int
		widths []int
		hidden []int
	}{
		{0, []int{30, 25, 7, 6, 8, 36}, nil},
		{122, []int{30, 25, 7, 6, 8, 36}, nil},
		{113, []int{30, 16, 7, 6, 8, 36}, nil},
		{112, []int{30, 25, 7, 6, 0, 36}, []int{4}},
		{102, []int{30, 24, 0, 6, 0, 36}, []int{4, 2}},
		{93, []int{30, 25, 7, 6, 8, 0}, []int{5}}, // what went before the ID comes back,
		{56, []int{30, 16, 0, 6, 0, 0}, []int{4, 2, 5}},
		{48, []int{30, 8, 0, 6, 0, 0}, []int{4, 2, 5}},
		{47, []int{30, 15, 0, 0, 0, 0}, []int{4, 2, 5, 3}},
		{39, []int{30, 0, 0, 6, 0, 0}, []int{4, 2, 5, 1}},
		{25, []int{25, 0, 0, 0, 0, 0}, []int{4, 2, 5, 3, 1}},
	} {
		f := fitColumns(spans, c.room)
		if diff := cmp.Diff(c.widths, f.width); diff != "" {
			t.Errorf("room %d: %s", c.room, diff)
		}
		if diff := cmp.Diff(c.hidden, f.hidden); diff != "" {
			t.Errorf("room %d: %s", c.room, diff)
		}
	}
}

// TestTable_KeepsColumnsThatWereAskedFor holds that --columns +id brings a hidden column back.
func TestTable_KeepsColumnsThatWereAskedFor(t *testing.T) {
	_, res, err := printList(Options{Format: "table", Width: 80}, customers())
	if err != nil || !slices.Contains(res.Hidden, "ID") {
		t.Fatalf("hidden %v, %v", res.Hidden, err)
	}
	text, res, err := printList(Options{Format: "table", Width: 80, Columns: []string{"+id"}}, customers())
	if err != nil || slices.Contains(res.Hidden, "ID") || !strings.Contains(text, "ID") {
		t.Errorf("hidden %v, %v:\n%s", res.Hidden, err, text)
	}
}

func TestTable_StreamsWithWidthsOfFirstRows(t *testing.T) {
	type row struct {
		name string
		on   bool
	}
	columns := []Column[row]{
		{Name: "name", Sets: Default, Fit: FitEnd, Min: 4, Value: func(r row) any { return r.name }},
		{Name: "on", Sets: Default, Value: func(r row) any { return r.on }},
	}
	for name, c := range map[string]struct {
		width int
		last  string
	}{"terminal": {40, "a lon…  yes\n"}, "pipe": {0, "a long name  yes\n"}} {
		p, err := New(Options{Stream: true, Width: c.width}, columns)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		failed := errors.New("page failed")
		rows := func(yield func(row, error) bool) {
			for range streamedRows {
				yield(row{name: "n23456"}, nil)
			}
			if lines := strings.Count(b.String(), "\n"); lines != streamedRows+1 {
				t.Errorf("%s: %d lines after the first page", name, lines)
			}
			if yield(row{name: "a long name", on: true}, nil) {
				yield(row{}, failed)
			}
		}
		_, err = p.List(&b, rows, Envelope{})
		if !errors.Is(err, failed) || !strings.HasPrefix(b.String(), "NAME    ON\nn23456  no\n") || !strings.HasSuffix(b.String(), c.last) {
			t.Errorf("%s: %v, %s", name, err, b.String())
		}
	}
}

// TestTable_KeepsNamedColumns checks that a narrow terminal drops the columns last by which a list is sorted or chosen.
func TestTable_KeepsNamedColumns(t *testing.T) {
	for _, keep := range []string{"instances", "created_at", "country_code"} {
		for _, width := range []int{70, 80, 100} {
			_, res, err := printList(Options{Width: width, Keep: []string{keep}}, customers())
			title := map[string]string{"instances": "INSTANCES", "created_at": "CREATED", "country_code": "COUNTRY"}[keep]
			if err != nil || slices.Contains(res.Hidden, title) {
				t.Errorf("width %d: hidden %v, %v", width, res.Hidden, err)
			}
		}
	}
}
