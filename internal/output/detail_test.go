package output

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const detailOfAda = `Customer
  ID       497f6eca-6276-4993-bfeb-000000000000
  Email    ada@example.com
  Company  Acme
  Created  2026-03-01 12:00:00Z

Subscriptions
  Status   active
  PLAN         SEATS
  basic            5
  plus\x1b[2J     12

Instances
  none
`

func printDetails(t *testing.T, o Options, rows []customer) string {
	t.Helper()
	o.Now = testNow
	p, err := New(o, customerColumns())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := p.Items(&b, sequence(rows, nil), customerDetail); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDetail_RecordInSections(t *testing.T) {
	for _, format := range []string{"table", "wide"} {
		if diff := cmp.Diff(detailOfAda, printDetails(t, Options{Format: format}, customers()[:1])); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestDetail_SeveralRecords(t *testing.T) {
	got := printDetails(t, Options{}, []customer{customers()[0], customers()[0]})
	if diff := cmp.Diff(detailOfAda+"\n\n"+detailOfAda, got); diff != "" {
		t.Error(diff)
	}
}

func TestDetail_ColumnsFlagMakesTable(t *testing.T) {
	want := "EMAIL            COUNTRY\nada@example.com  DE\n"
	if diff := cmp.Diff(want, printDetails(t, Options{Columns: []string{"email,country"}}, customers()[:1])); diff != "" {
		t.Error(diff)
	}
}

func TestDetail_Colours(t *testing.T) {
	got := printDetails(t, Options{Color: true}, customers()[:1])
	for _, want := range []string{"\x1b[1mCustomer\x1b[0m\n", "  \x1b[2mID       \x1b[0m497f", "\x1b[32mactive\x1b[0m\n", "\x1b[1mPLAN\x1b[0m"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	bare := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[2m", "", "\x1b[32m", "").Replace(got)
	if diff := cmp.Diff(detailOfAda, bare); diff != "" {
		t.Errorf("colour moves the text: %s", diff)
	}
}

func TestGrid_NarrowTerminalDropsColumns(t *testing.T) {
	detail := func(customer) []Section {
		return []Section{{Title: "Instances", Table: &DetailTable{
			Headers: []string{"id", "status", "region"},
			Rows:    [][]any{{"i-0123456789", "running", "eu"}, {"i-1", "stopped", "us\x1b[2J"}},
		}}}
	}
	for width, want := range map[int]string{
		0:  "Instances\n  ID            STATUS   REGION\n  i-0123456789  running  eu\n  i-1           stopped  us\\x1b[2J\n",
		24: "Instances\n  ID            STATUS\n  i-0123456789  running\n  i-1           stopped\n  Hidden: REGION (-o\n  wide)\n",
		5:  "Instances\n  ID\n  i-0123456789\n  i-1\n  Hidden:\n  STATUS,\n  REGION\n  (-o\n  wide)\n",
	} {
		p, err := New(Options{Width: width}, customerColumns())
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := p.Item(&b, customers()[0], detail); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("width %d: %s", width, diff)
		}
	}
}

func TestGrid_NumbersUnitsColoursAndHiddenColumns(t *testing.T) {
	detail := func(customer) []Section {
		return []Section{
			{Rows: []Field{{Label: "Made", Value: Time{At: testNow().AddDate(0, 0, -3), Raw: "raw", Valid: true}}}},
			{Title: "Plans", Table: &DetailTable{
				Headers: []string{"plan", "unit amount (minor units)", "trial", "note"}, Usual: 3,
				Rows: [][]any{{"a", json.Number("12345678901234567890"), true, "x"}, {"b", json.Number("5"), false, nil}},
				Color: func(column int, value any) Color {
					if column == 0 && value == "a" {
						return Red
					}
					return Plain
				},
			}},
		}
	}
	show := func(o Options) string {
		o.Now = testNow
		p, err := New(o, customerColumns())
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := p.Item(&b, customers()[0], detail); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	day := testNow().AddDate(0, 0, -3).UTC().Format("2006-01-02 15:04:05Z")
	usual := "\nPlans\n  PLAN  UNIT AMOUNT (minor units)  TRIAL\n  a          12345678901234567890  yes\n  b                             5  no\n  Hidden: NOTE (-o wide)\n"
	for name, c := range map[string]struct {
		options Options
		want    string
	}{
		"pipe":     {Options{}, "Made  " + day + "\n" + usual},
		"terminal": {Options{Width: 80}, "Made  " + day + " (3d ago)\n" + usual},
		"colour":   {Options{Color: true}, "\x1b[31ma\x1b[0m"},
		"wide":     {Options{Format: "wide"}, "TRIAL  NOTE\n  a          12345678901234567890  yes    x\n"},
	} {
		if got := show(c.options); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
