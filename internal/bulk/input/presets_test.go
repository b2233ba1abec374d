package input

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// presetRow is a row for the header of an example: every cell says which column it is of, the emails are addresses.
func presetRow(t *testing.T, p Preset, example string) (name, content string, columns []string) {
	t.Helper()
	if strings.HasPrefix(example, "{") {
		return "in.jsonl", example + "\n", nil
	}
	columns, err := csv.NewReader(strings.NewReader(example)).Read()
	if err != nil {
		t.Fatal(err)
	}
	row := make([]string, len(columns))
	for i, column := range columns {
		row[i] = "of " + column
		for rank, source := range p.Fields["email"] {
			if foldName(source) == foldName(column) {
				row[i] = string(rune('a'+rank)) + "@example.com"
			}
		}
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	if err := w.WriteAll([][]string{columns, row}); err != nil {
		t.Fatal(err)
	}
	return "in.csv", text.String(), columns
}

func TestPresets_Examples(t *testing.T) {
	t.Parallel()
	presets := Presets()
	if len(presets) < 21 {
		t.Fatal(len(presets))
	}
	for _, p := range presets {
		if len(p.Examples) == 0 || p.Source == "" || !regexp.MustCompile(`^20\d\d-\d\d$`).MatchString(p.Date) {
			t.Errorf("%s lacks an example, a source or a date", p.ID)
		}
		for _, example := range p.Examples {
			name, content, columns := presetRow(t, p, example)
			source, checked := checkFile(t, writeInput(t, name, content), ReadOptions{}, Rules{})
			if source.Product != p.Name || checked.Err() != nil {
				t.Errorf("%s is taken for %q: %v", p.ID, source.Product, checked.Err())
				continue
			}
			got := allValues(t, checked)[0]
			if got[record.Email] == "" || got[record.CompanyName] == "" {
				t.Errorf("%s gives %q", p.ID, got)
			}
			for field, sources := range p.Fields {
				checkPresetField(t, p, field, sources, columns, got)
			}
		}
	}
}

// checkPresetField holds that a field comes from the first of its columns that is in the header.
func checkPresetField(t *testing.T, p Preset, field string, sources, columns []string, got record.Values) {
	t.Helper()
	i, ok := fieldIndex(field)
	if !ok {
		t.Fatalf("%s: %v", p.ID, noField(field))
	}
	if columns == nil || i == record.Email {
		return
	}
	for _, source := range sources {
		for _, column := range columns {
			if foldName(column) == foldName(source) {
				if got[i] != "of "+column {
					t.Errorf("%s: %s is %q, want that of %s", p.ID, field, got[i], column)
				}
				return
			}
		}
	}
}

func TestPresets_Fallback(t *testing.T) {
	t.Parallel()
	file := "Primary Email,Display Name,Organization\na@example.com,Ann,Ann GmbH\nb@example.com,Ben,\n"
	source, checked := checkFile(t, writeInput(t, "in.csv", file), ReadOptions{}, Rules{})
	want := []record.Values{{"Ann GmbH", "a@example.com"}, {"Ben", "b@example.com"}}
	if diff := cmp.Diff(want, allValues(t, checked)); diff != "" || checked.Changes.Fallbacks != 1 || !source.Mapping[1].Fallback || source.Mapping[2].Fallback {
		t.Errorf("%+v %+v (-want +got):\n%s", checked.Changes, source.Mapping, diff)
	}
}

// Two columns of a preset may be one when case and blanks do not count: it is no fallback for itself.
func TestPresets_TwoSpellings(t *testing.T) {
	t.Parallel()
	source, checked := checkFile(t, writeInput(t, "in.csv", "EMAIL,ACCOUNT.NAME,MAILINGCOUNTRY\na@example.com,Acme,DE\n"), ReadOptions{}, Rules{})
	if checked.Changes.Fallbacks != 0 || source.Mapping[2].Fallback || source.Mapping[2].Field != "country_code" {
		t.Errorf("%+v, %+v", checked.Changes, source.Mapping)
	}
}

func TestPresets_Choice(t *testing.T) {
	t.Parallel()
	const header = "id,Email,Name,Created (UTC),Delinquent,Currency\n1,a@example.com,Ann,,,EUR\n"
	path := writeInput(t, "in.csv", header)
	if _, err := Open(t.Context(), path, nil, t.TempDir(), ReadOptions{Preset: PresetNone}); err == nil || !strings.Contains(err.Error(), `unknown columns: "Name" (did you mean company_name?), "Created (UTC)"`) {
		t.Errorf("without a preset: %v", err)
	}
	if _, err := Open(t.Context(), path, nil, t.TempDir(), ReadOptions{Preset: "strype"}); err == nil || !strings.HasPrefix(err.Error(), "--preset: must be none or one of airtable-notion, brevo") {
		t.Errorf("an unknown preset: %v", err)
	}
	source, checked := checkFile(t, path, ReadOptions{Map: map[string]string{"Delinquent": "industry", "Created (UTC)": "company_name"}}, Rules{AllowNoEmail: true})
	if diff := cmp.Diff([]record.Values{{record.Email: "a@example.com", record.Currency: "EUR"}}, allValues(t, checked)); diff != "" || source.Product == "" {
		t.Errorf("--map does not stand above the preset of %s:\n%s", source.Product, diff)
	}
}

func TestColumnNames_Fields(t *testing.T) {
	t.Parallel()
	names := readColumnNames()
	seen := map[string]string{}
	for _, table := range []map[string][]string{names.Aliases, names.Localized, names.Hints} {
		for field, columns := range table {
			if _, ok := fieldIndex(field); !ok {
				t.Error(noField(field))
			}
			for _, column := range columns {
				if other := seen[foldName(column)]; other != "" && other != field {
					t.Errorf("%q means %s and %s", column, other, field)
				}
				seen[foldName(column)] = field
			}
		}
	}
	for _, header := range []string{
		"E-Mail-Adresse;Firma;Land;Währung;Branche;Sprache;Zeitzone",
		"Adresse e-mail;Société;Pays;Devise;Secteur d'activité;Langue;Fuseau horaire",
		"Correo electrónico;Empresa;País;Moneda;Sector;Idioma;Zona horaria",
		"Indirizzo e-mail;Ragione sociale;Paese;Valuta;Settore;Lingua;Fuso orario",
		"Ηλεκτρονικό ταχυδρομείο;Εταιρεία;Χώρα;Νόμισμα;Κλάδος;Γλώσσα;Ζώνη ώρας",
		"Adresă de e-mail;Companie;Țară;Monedă;Industrie;Limbă;Fus orar", //nolint:misspell // Romanian
		"Email;Công ty;Quốc gia;Tiền tệ;Ngành nghề;Ngôn ngữ;Múi giờ",
		"البريد الإلكتروني;الشركة;البلد;العملة;القطاع;اللغة;المنطقة الزمنية",
		"אימייל;חברה;מדינה;מטבע;ענף;שפה;אזור זמן",
		"電子郵件;公司名稱;國家;幣別;產業;語言;時區",
		"E-mailadres;Bedrijfsnaam;Land;Valuta;Branche;Taal;Tijdzone",
		"Endereço de e-mail;Nome da empresa;País;Moeda;Setor;Idioma;Fuso horário",
		"Adres e-mail;Nazwa firmy;Kraj;Waluta;Branża;Język;Strefa czasowa", //nolint:misspell // Polish
	} {
		source := openFile(t, writeInput(t, "in.csv", header+"\n"), ReadOptions{})
		fields := map[string]bool{}
		for _, m := range source.Mapping {
			fields[m.Field] = true
		}
		if len(fields) != record.FieldCount || fields[""] {
			t.Errorf("%s gives %v", header, fields)
		}
	}
}

func TestJSONLists_Products(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, product, company string }{
		"Stripe":  {`{"object":"list","url":"/v1/customers","has_more":true,"data":[{"id":"cus_1","object":"customer","email":"a@example.com","name":"Ann","address":{"country":"DE"},"metadata":{}}]}`, "Stripe customers (API)", "Ann"},
		"Graph":   {`{"@odata.context":"x","value":[{"displayName":"Ann","mail":"a@example.com","userPrincipalName":"u@example.com"}]}`, "Entra ID (Azure AD) users", "Ann"},
		"Zendesk": {`{"users":[{"id":1,"name":"Ann","email":"a@example.com","role":"end-user","organization_id":2}],"next_page":null,"count":1}`, "Zendesk users", "Ann"},
	} {
		t.Run(name, func(t *testing.T) {
			if !json.Valid([]byte(c.text)) {
				t.Fatal("the case is not JSON")
			}
			source, checked := checkFile(t, writeInput(t, "list.json", c.text), ReadOptions{}, Rules{})
			if err := checked.Err(); err != nil || source.Product != c.product {
				t.Fatalf("%v, taken for %q", err, source.Product)
			}
			if got := allValues(t, checked)[0]; got[record.Email] != "a@example.com" || got[record.CompanyName] != c.company {
				t.Errorf("%q", got)
			}
			if morePages := len(checked.Groups) > 0 && checked.Groups[0].Kind == "more_pages"; morePages != (name == "Stripe") {
				t.Errorf("%+v", checked.Groups)
			}
		})
	}
}

var update = flag.Bool("update", false, "write the files that tests compare") //nolint:gochecknoglobals // a flag of the test

// TestPresets_Page holds that docs/presets.md lists every product.
func TestPresets_Page(t *testing.T) {
	const page = "../../../docs/presets.md"
	table := "\n| product | `--preset` | fields and their columns | format of |\n|---|---|---|---|\n"
	for _, p := range Presets() {
		var fields []string
		for _, field := range record.FieldNames() {
			if columns := p.Fields[field]; len(columns) > 0 {
				fields = append(fields, field+": "+strings.Join(columns, ", "))
			}
		}
		table += "| [" + p.Name + "](" + p.Source + ") | `" + p.ID + "` | " + strings.Join(fields, "<br>") + " | " + p.Date + " |\n"
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), " -update -->\n")
	_, after, foundEnd := strings.Cut(rest, "<!-- end -->")
	if !found || !foundEnd {
		t.Fatal("the page has no place for the table")
	}
	want := before + " -update -->\n" + table + "\n<!-- end -->" + after
	switch {
	case *update:
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	case want != string(text):
		t.Error("docs/presets.md is not up to date: go test ./internal/bulk/input -run TestPresets_Page -update")
	}
}
