package input

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

func TestMapping_CSV(t *testing.T) {
	source := openFile(t, writeInput(t, "in.csv", "\" E-mail \",COMPANY,Colour,,_hydractl_line,Land\n"), ReadOptions{
		Map: map[string]string{"land": "country_code"}, IgnoreColumns: []string{"COLOUR"},
	})
	want := []Mapped{
		{Column: " E-mail ", Field: "email"},
		{Column: "COMPANY", Field: "company_name"},
		{Column: "Colour", Reason: "--ignore-columns"},
		{Reason: "no name"},
		{Column: "_hydractl_line", Reason: "rejects file"},
		{Column: "Land", Field: "country_code"},
	}
	if diff := cmp.Diff(want, source.Mapping); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{" E-mail ", "COMPANY", "Colour", "", "_hydractl_line", "Land"}, source.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestMapper_FieldSpellings(t *testing.T) {
	m, err := newMapper(ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range record.Fields() {
		for _, spelling := range []string{
			f.Name, strings.ToUpper(f.Name), strings.ReplaceAll(f.Name, "_", " "), strings.ReplaceAll(f.Name, "_", "-"),
			strings.ReplaceAll(f.Name, "_", ""), " " + f.Name + "\u00a0", "\ufeff" + f.Name,
		} {
			if use, ok := m.column(spelling); use.field != i || !ok {
				t.Errorf("%q gives the field %d, want %d", spelling, use.field, i)
			}
		}
	}
}

func TestMapping_SetByServer(t *testing.T) {
	want := []string{"id", "Created At", "instance_count"}
	for name, file := range map[string]string{
		"in.csv":   "id,email,Created At,instance_count,_hydractl_line\n1,a@example.com,2026-01-02,3,4\n",
		"in.jsonl": `{"id":"1","email":"a@example.com","Created At":null,"instance_count":3,"_hydractl_line":"4"}` + "\n",
	} {
		checked := checkText(t, name, file, ReadOptions{}, Rules{})
		if diff := cmp.Diff([]record.Values{{record.Email: "a@example.com"}}, allValues(t, checked)); diff != "" || checked.Err() != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, checked.Err(), diff)
		}
		var assigned []string
		for _, m := range checked.Source.Mapping {
			if m.Reason == "set by the server" {
				assigned = append(assigned, m.Column)
			}
		}
		if diff := cmp.Diff(want, assigned); diff != "" {
			t.Errorf("%s: left out since the server sets them (-want +got):\n%s", name, diff)
		}
	}
	checked := checkText(t, "in.csv", "id,email\nAcme,a@example.com\n", ReadOptions{Map: map[string]string{"id": "company_name"}}, Rules{})
	if diff := cmp.Diff([]record.Values{{record.CompanyName: "Acme", record.Email: "a@example.com"}}, allValues(t, checked)); diff != "" || len(checked.Source.Notes) > 0 {
		t.Errorf("mapped: %q (-want +got):\n%s", checked.Source.Notes, diff)
	}
}

func TestJSONList_AsLines(t *testing.T) {
	checked := checkText(t, "in.json", `{"customers": [{"email": "a@example.com"}], "complete": true}`, ReadOptions{Format: FormatJSONL}, Rules{})
	if err := checked.Err(); err == nil || !strings.Contains(err.Error(), "in.json:1:2: ") || !strings.Contains(err.Error(), "jq -c '.customers[]'") {
		t.Errorf("%v", err)
	}
}

func TestMapping_MissingColumn(t *testing.T) {
	path := writeInput(t, "in.csv", "email,colour\n")
	_, err := Open(t.Context(), path, nil, t.TempDir(), ReadOptions{IgnoreUnknown: true, Map: map[string]string{"color": "industry"}})
	if err == nil || !strings.HasSuffix(err.Error(), ":1: there is no column color to map to industry, did you mean colour?") {
		t.Errorf("the error is %v", err)
	}
	_, err = Open(t.Context(), path, nil, t.TempDir(), ReadOptions{Map: map[string]string{"E-mail": "email", "email": "industry"}})
	if err == nil || err.Error() != "--map email: the column is mapped twice" {
		t.Errorf("the error is %v", err)
	}
}

func FuzzHeaderMapping(f *testing.F) {
	for _, seed := range []string{"email", "E-Mail Address", "_hydractl_line", "", "\u200b", "Zeitzone", "\xff", "comp any-name"} {
		f.Add(seed)
	}
	m, err := newMapper(ReadOptions{Map: map[string]string{"Zeitzone": "timezone"}, IgnoreColumns: []string{"no-tes"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		use, ok := m.column(name)
		if use.field < namelessColumn || use.field >= record.FieldCount {
			t.Fatalf("there is no field %d", use.field)
		}
		folded := foldName(name)
		if again := foldName(folded); again != folded {
			t.Errorf("%q folds to %q and that to %q", name, folded, again)
		}
		if IsOwnColumn(name) || !utf8.ValidString(name) {
			return
		}
		spaced := strings.Join(strings.Split(name, ""), "- _")
		if other, otherOK := m.column(spaced); other != use || otherOK != ok {
			t.Errorf("%q gives the field %d, %q gives %d", name, use.field, spaced, other.field)
		}
	})
}

func TestUnknownColumns_NearestField(t *testing.T) {
	m, err := newMapper(ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"compny": "--map compny=company_name", "e-mial": "--map e-mial=email", "Time Zon": "--map Time Zon=timezone", "shoe_size": "--ignore-columns shoe_size",
		"Name": "--map Name=company_name", "Company ID": "--ignore-columns Company ID",
	} {
		fed := [record.FieldCount]bool{record.Email: name != "e-mial"}
		if _, args := unknownColumns([]string{name}, m.offer([]string{name}, &fed, ""), true); strings.Join(args, " ") != want {
			t.Errorf("%q is offered %q, want %s", name, args, want)
		}
	}
}

func TestUnknownColumns_Many(t *testing.T) {
	t.Parallel()
	names := []string{"email", "curency"}
	for i := range 30 {
		names = append(names, fmt.Sprintf("extra%d", i))
	}
	_, err := Open(t.Context(), writeInput(t, "in.csv", strings.Join(names, ",")+"\n"), nil, t.TempDir(), ReadOptions{})
	if err == nil || !strings.Contains(err.Error(), `"extra18", and 11 more; the fields are`) {
		t.Errorf("%v", err)
	}
	if got := strings.Join(argsOf(err), " "); got != "--map curency=currency --ignore-unknown" {
		t.Errorf("the flags that work are %q", got)
	}
}

// TestUnknownColumns_SurestFirst: names that mean a field in other files come before guesses, and before the place of an address.
func TestUnknownColumns_SurestFirst(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"Personne - Nom,Personne - Organisation,E-mail\nAnn Lee,Acme,ann@example.com\n": "--ignore-columns Personne - Nom --map Personne - Organisation=company_name",
		"Owner,Company,Kontakt: E-Mail\nus@example.com,Acme,ann@example.org\n":          "--ignore-columns Owner --map Kontakt: E-Mail=email",
		"Customers[email],Customers[country]\nann@example.com,DE\n":                     "--map Customers[email]=email --map Customers[country]=country_code",
		"E-Mail 1,E-Mail 2,Land 1\nann@example.com,,DE\n":                               "--map E-Mail 1=email --ignore-columns E-Mail 2 --map Land 1=country_code",
		"email,Tele\u200bfon\u200b\nann@example.com,1\n":                                "--ignore-columns Telefon",
		"email,Name,Name,Client\nann@example.com,Ann,Lee,Acme\n":                        "--ignore-columns Name --map Client=company_name",
		"mail,SamAccountName\nann@example.com,ann\n":                                    "--ignore-columns SamAccountName",
		"Název firmy,E-mail,Kraj,Země\nAcme,ann@example.com,Ústecký kraj,CZ\n":          "--ignore-columns Kraj",
		"Název firmy,E-mail,Země,Kraj\nAcme,ann@example.com,CZ,Ústecký kraj\n":          "--ignore-columns Kraj",
	} {
		_, err := Open(t.Context(), writeInput(t, "in.csv", file), nil, t.TempDir(), ReadOptions{})
		if got := strings.Join(argsOf(err), " "); got != want {
			t.Errorf("%q is offered %q, want %q", file, got, want)
		}
	}
}

// TestHeader_BelowTitles: one known name, or an address below it, is enough where the first line is narrower.
func TestHeader_BelowTitles(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"Table 1,,\nNo,Customer,E-mail\n1,Acme,ann@example.com\n":              "--header-line 2",
		"#TYPE Selected.ADUser\n\"mail\",\"co\"\n\"ann@example.com\",\"DE\"\n": "--header-line 2",
		"Exported by:,Eva\n\nID,Person,E-mail\n1,Ann,ann@example.com\n":        "--header-line 3",
		"Kundenexport;;\nKontakt;Kunde;Anschrift\nann@example.com;Acme;Bonn\n": "--header-line 2",
		"Kunde;Weg;Anschrift\nAcme;E-Mail;Bonn\nBeta;Brief;Köln\n":             "",
		"Kunde;Kontakt\nAcme;Ann\nBeta;ben@example.com\n":                      "",
	} {
		_, err := Open(t.Context(), writeInput(t, "in.csv", file), nil, t.TempDir(), ReadOptions{})
		if got := strings.Join(argsOf(err), " "); got != want {
			t.Errorf("%q is offered %q, want %q", file, got, want)
		}
	}
}
