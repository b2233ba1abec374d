package input

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// readExample reads a file of examples/ that has nothing but warnings.
func readExample(t *testing.T, name string, o ReadOptions) (*Source, *Checked, []record.Values) {
	t.Helper()
	source, checked := checkFile(t, "../../../examples/"+name, o, Rules{})
	if err := checked.Err(); err != nil {
		t.Fatal(err)
	}
	return source, checked, allValues(t, checked)
}

func TestExamples_SameCustomers(t *testing.T) {
	_, checked, rows := readExample(t, "customers.csv", ReadOptions{})
	_, checkedLines, lines := readExample(t, "customers.jsonl", ReadOptions{})
	if diff := cmp.Diff(rows, lines); diff != "" {
		t.Errorf("CSV (-) and JSONL (+) differ:\n%s", diff)
	}
	if len(rows) != 25 || checked.Counts[record.Pending] != 25 || len(checked.Groups) > 0 || len(checkedLines.Groups) > 0 {
		t.Errorf("%d rows, %v: %v %v", len(rows), checked.Counts, checked.Groups, checkedLines.Groups)
	}
}

func TestExamples_Messy(t *testing.T) {
	source, checked, rows := readExample(t, "messy.csv", ReadOptions{
		Map: map[string]string{"Firma": "company_name", "Branche": "industry"}, IgnoreColumns: []string{"Notiz"},
	})
	want := []record.Values{
		{"Berliner Lichtbau GmbH", "kontakt@lichtbau.example.org", "DE", "EUR", "construction", "de-DE", "Europe/Berlin"},
		{"Foo, Inc.; Subsidiary", "AP@Foo.example.com", "US", "USD", "software", "en-US", "America/New_York"},
		{`The "Corner" Shop`, "hello@corner-shop.example.com", "AU", "AUD", "retail", "en-AU", "Australia/Sydney"},
		{"Harbour Foods\nWarehouse 7", "dock@harbour-foods.example.com", "SG", "SGD", "food", "en-SG", "Asia/Singapore"},
		{"=SUM Analytics", "+sum@example.com", "FR", "EUR", "software", "fr-FR", "Europe/Paris"},
		{`=HYPERLINK("https://example.com")`, "link@example.com", "NL", "EUR", "", "nl-NL", "Europe/Amsterdam"},
		{"Umlaut Café", "info@umlaut-cafe.example.org", "CH", "CHF", "hospitality", "de_CH", "Europe/Zurich"},
		{"Umlaut Café", "info@umlaut-cafe.example.org", "CH", "CHF", "hospitality", "de_CH", "Europe/Zurich"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	var problems []string
	for _, g := range checked.Groups {
		for _, p := range g.First {
			problems = append(problems, showProblem(p))
		}
	}
	if diff := cmp.Diff([]string{
		"10:61 warning unknown_code locale", "11:61 warning unknown_code locale", "11:13 warning equal_row",
	}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	notes := []string{"encoding utf-8 (byte order mark)", "delimiter ; (the header has 9 columns with it, 7 of them known)"}
	if diff := cmp.Diff(notes, source.Notes); diff != "" || checked.Changes.Unguarded != 2 || checked.Changes.Trimmed != 1 {
		t.Errorf("%d apostrophes taken off; notes (-want +got):\n%s", checked.Changes.Unguarded, diff)
	}
}
