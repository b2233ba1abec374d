package input

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// fileCase is a file of testdata/cases as people have it, and what it comes to. Refused holds words of the error, args the flags with
// which the file is imported, "" when it has to be changed; rows are those that are sent.
type fileCase struct {
	file    string
	options ReadOptions
	rules   Rules
	refused []string
	args    string
	product string
	rows    []record.Values
	facts   []string // in the notes, the changes and the warnings
}

func row(email, company string, more ...string) record.Values {
	return record.Values(append([]string{company, email}, append(more, make([]string, 5-len(more))...)...))
}

func fileCases() []fileCase {
	gmbh := "Ann GmbH"
	return []fileCase{
		{file: "gbk.csv", refused: []string{"gb18030"}, args: "--encoding gb18030"},
		{file: "gbk.csv", options: ReadOptions{Encoding: "gbk"}, rows: []record.Values{row("ann@gb.example", "北京测试有限公司")}, facts: []string{"北京测试有限公司"}},
		{file: "sjis.csv", refused: []string{"shift_jis"}, args: "--encoding shift_jis"},
		{file: "sjis.csv", options: ReadOptions{Encoding: "Shift_JIS"}, rows: []record.Values{row("ann@sj.example", "株式会社テスト"), row("ben@sj.example", "表示ソフト")}},
		{file: "cp1250.csv", refused: []string{"windows-1250"}, args: "--encoding windows-1250"},
		{file: "cp1250.csv", options: ReadOptions{Encoding: "windows-1250"}, rows: []record.Values{row("ann@125.example", "Žižkov Łódź sp. z o.o.")}},
		{file: "cp850.csv", refused: []string{"cp850"}, args: "--encoding cp850"},
		{file: "cp850.csv", options: ReadOptions{Encoding: "cp850"}, rows: []record.Values{row("ann@850.example", "Müller")}},
		{file: "macroman.csv", refused: []string{"macintosh"}, args: "--encoding macintosh"},
		{file: "macroman.csv", options: ReadOptions{Encoding: "macintosh"}, rows: []record.Values{row("ann@mr.example", "Müller Köln")}},
		{file: "mixed-encoding.csv", refused: []string{":3:", "the rest of the file is UTF-8"}, args: "--skip-invalid"},
		{
			file: "mixed-encoding.csv", options: ReadOptions{Encoding: "windows-1252"}, facts: []string{"MÃ¼ller"},
			rows: []record.Values{row("ann@mx.example", "MÃ¼ller"), row("ben@mx.example", "Müller")},
		},
		{file: "utf8-umlaut.csv", rows: []record.Values{row("ann@u8.example", "Müller")}},
		{file: "utf8-umlaut.csv", options: ReadOptions{Encoding: "windows-1252"}, refused: []string{"is UTF-8"}},

		{file: "no-header.csv", refused: []string{"no header"}, args: "--header email,company_name"},
		{
			file: "no-header.csv", options: ReadOptions{Header: []string{"email", "company_name"}},
			rows: []record.Values{row("ann@nh.example", gmbh), row("ben@nh.example", "Ben GmbH")},
		},
		{file: "no-header.csv", options: ReadOptions{Map: map[string]string{"ann@nh.example": "email"}}, refused: []string{"no header"}, args: "--header email,company_name"},
		{file: "title-rows.csv", refused: []string{"line 4"}, args: "--header-line 4"},
		{file: "title-rows.csv", options: ReadOptions{HeaderLine: 4}, rows: []record.Values{row("ann@tr.example", "Ann", "DE")}},
		{file: "comment-lines.csv", refused: []string{"line 2"}, args: "--header-line 2"},
		{file: "comment-lines.csv", options: ReadOptions{HeaderLine: 2}, rows: []record.Values{row("ann@cl.example", "Ann")}},
		{file: "sep-wrong.csv", rows: []record.Values{row("ann@sepx.example", "Ann")}, facts: []string{"sep=, is wrong"}},
		{file: "sep-wrong.csv", options: ReadOptions{Delimiter: ';'}, rows: []record.Values{row("ann@sepx.example", "Ann")}},
		{file: "empty-first-col-row.csv", rows: []record.Values{row("ann@efr.example", "Ann")}},
		{file: "duplicate-headers.csv", refused: []string{`"email"`, "1 and 3"}},
		{file: "headers-alias2.csv", rows: []record.Values{row("ann@ha2.example", "Ann")}},
		{file: "headers-alias3.csv", rows: []record.Values{row("ann@ha3.example", "Ann", "DE")}},
		{file: "german-headers.csv", rows: []record.Values{row("ann@ge.example", gmbh, "DE", "EUR", "IT", "de-DE", "Europe/Berlin")}},
		{
			file: "typo-headers.csv", refused: []string{`"compny_name" (did you mean company_name?), "cuntry" (did you mean country_code?)`},
			args: "--map compny_name=company_name --map cuntry=country_code",
		},
		{file: "typo-headers.csv", options: ReadOptions{IgnoreUnknown: true}, rows: []record.Values{row("ann@ty.example", "")}, facts: []string{"compny_name resembles company_name"}},
		{file: "totals-row.csv", refused: []string{":4:1"}, args: "--skip-invalid"},
		{
			file: "totals-row.csv", rules: Rules{SkipInvalid: true},
			rows: []record.Values{row("ann@tot.example", "Ann", "DE"), row("ben@tot.example", "Ben", "FR")},
		},
		{file: "ctrl-z.csv", rows: []record.Values{row("ann@cz.example", "Ann")}},

		{file: "hubspot-export.csv", product: "HubSpot contacts", rows: []record.Values{row("ann@hs.example", gmbh)}, facts: []string{"LeftOut:10"}},
		{
			file: "stripe-export.csv", product: "Stripe customers", facts: []string{"eur is EUR"},
			rows: []record.Values{row("ann@st.example", "Ann Inc.", "DE", "eur"), row("ben@st.example", "Ben Inc.", "US", "usd")},
		},
		{
			file: "stripe-export.csv", rules: Rules{FixCodes: true}, product: "Stripe customers", facts: []string{"Converted:2"},
			rows: []record.Values{row("ann@st.example", "Ann Inc.", "DE", "EUR"), row("ben@st.example", "Ben Inc.", "US", "USD")},
		},
		{file: "salesforce-contacts.csv", product: "Salesforce contacts or leads", rows: []record.Values{row("ann@sf.example", "Ann Inc", "DE")}},
		{file: "mailchimp-export.csv", product: "Mailchimp audience", rows: []record.Values{row("ann@mc.example", "", "DE", "", "", "", "Europe/Berlin")}},
		{file: "outlook-contacts.csv", product: "Outlook contacts", rows: []record.Values{row("ann@ou.example", gmbh, "Germany")}, facts: []string{"Germany is DE"}},
		{file: "outlook-contacts.csv", rules: Rules{FixCodes: true}, product: "Outlook contacts", rows: []record.Values{row("ann@ou.example", gmbh, "DE")}},

		{
			file: "country-names.csv", facts: []string{"Germany is DE", "UK is GB", "Deutschland is DE", "de is DE", "DEU is DE"},
			rows: []record.Values{
				row("ann@cn.example", "Ann", "Germany"), row("ben@cn.example", "Ben", "UK"), row("cal@cn.example", "Cal", "Deutschland"),
				row("dan@cn.example", "Dan", "de"), row("eve@cn.example", "Eve", "DEU"),
			},
		},
		{
			file: "country-names.csv", rules: Rules{FixCodes: true}, facts: []string{"Converted:5"},
			rows: []record.Values{
				row("ann@cn.example", "Ann", "DE"), row("ben@cn.example", "Ben", "GB"), row("cal@cn.example", "Cal", "DE"),
				row("dan@cn.example", "Dan", "DE"), row("eve@cn.example", "Eve", "DE"),
			},
		},
		{file: "country-names.csv", rules: Rules{Strict: true}, refused: []string{"country_code"}},
		{
			file: "currency-symbols.csv", rules: Rules{FixCodes: true},
			rows: []record.Values{row("ann@cs.example", "Ann", "", "EUR"), row("ben@cs.example", "Ben", "", "EUR"), row("cal@cs.example", "Cal", "", "USD")},
		},

		{file: "spaces-after-comma-plain.csv", rows: []record.Values{row("ann@spc.example", gmbh, "DE", "EUR")}, facts: []string{"Trimmed:3"}},
		{file: "spaces-after-comma-plain.csv", options: ReadOptions{Raw: true}, rows: []record.Values{row("ann@spc.example", " Ann GmbH", " DE", " EUR")}},
		{file: "dup-trailing-blank.csv", rows: []record.Values{row("ann@eq.example", "Ann")}},
		{file: "trailing-empty-rows.csv", rows: []record.Values{row("ann@ter.example", "Ann")}, facts: []string{"EmptyRows:3"}},
		{file: "trailing-empty-rows.csv", rules: Rules{Strict: true}, refused: []string{"empty"}, args: "--skip-invalid"},
		{file: "trailing-comma-rows-only.csv", rows: []record.Values{row("ann@tcr.example", "Ann"), row("ben@tcr.example", "Ben")}, facts: []string{"LongRows:2"}},
		{file: "trailing-comma-rows-only.csv", rules: Rules{Strict: true}, refused: []string{"3 cells"}},
		{file: "cols-300-empty.csv", rows: []record.Values{row("ann@c3e.example", "Ann")}},

		{file: "na-cells.csv", refused: []string{":3:1"}, args: "--skip-invalid", facts: []string{"#REF! 1"}},
		{
			file: "na-cells.csv", options: ReadOptions{NullTokens: []string{"#N/A", "#REF!", "NULL", "N/A"}}, rules: Rules{SkipInvalid: true},
			rows: []record.Values{row("ann@na.example", "", "DE"), row("cal@na.example", ""), row("dan@na.example", "")}, facts: []string{"Nulls:5"},
		},
		{file: "namibia.csv", rows: []record.Values{row("ann@nam.example", "NA", "NA"), row("ben@nam.example", "N/A", "N/A")}, facts: []string{"N/A 1"}},
		{
			file: "namibia.csv", options: ReadOptions{NullTokens: []string{"company_name:NA", "N/A"}},
			rows: []record.Values{row("ann@nam.example", "", "NA"), row("ben@nam.example", "")},
		},
		{file: "repl-char.csv", rows: []record.Values{row("ann@rc.example", "M\ufffdller GmbH")}, facts: []string{"U+FFFD"}},

		{file: "space-after-comma-nocomma.csv", rows: []record.Values{row("ann@sp2.example", gmbh)}, facts: []string{"Trimmed:1"}},
		{file: "backslash-quotes.csv", rows: []record.Values{row("ann@bs.example", `Ann "The" Inc.`), row("ben@bs.example", "Ben, Sons")}},
		{file: "whole-line-quoted.csv", refused: []string{"every line is one quoted cell"}},
		{file: "multi-email.csv", refused: []string{"two addresses"}},
		{file: "psql-pipe.txt", refused: []string{":2: ", "psql"}},

		{file: "pretty-json-objects.jsonl", rows: []record.Values{row("ann@pj.example", "Ann"), row("ben@pj.example", "")}},
		{file: "csv-in-jsonname.json", rows: []record.Values{row("ann@cj.example", "Ann")}},
		{file: "csv-in-jsonname.json", options: ReadOptions{Format: FormatCSV}, rows: []record.Values{row("ann@cj.example", "Ann")}},
		{file: "stripe.jsonl", product: "Stripe customers (API)", rows: []record.Values{row("ann@sj1.example", "Ann", "DE", "eur")}},
		{
			file: "stripe.jsonl", options: ReadOptions{Preset: PresetNone}, refused: []string{`"object", "name" (did you mean company_name?), "address.country" (did you mean country_code?), "metadata"`},
			args: "--ignore-columns object --map name=company_name --map address.country=country_code --ignore-columns metadata",
		},
		{
			file: "stripe.jsonl", options: ReadOptions{IgnoreUnknown: true, Map: map[string]string{"name": "company_name"}, Preset: PresetNone},
			rows: []record.Values{row("ann@sj1.example", "Ann", "", "eur")},
		},
		{file: "rejects-lose-set.csv", refused: []string{":3:1"}, args: "--skip-invalid"},
	}
}

// otherCases are further kinds of files: exports of banks, CRM and ERP programs, and what is no CSV at all.
func otherCases() []fileCase {
	return []fileCase{
		{
			file: "excel-unicode.txt", facts: []string{"utf-16le", "Müller GmbH"},
			rows: []record.Values{row("ann@example.com", "Müller GmbH", "DE", "EUR"), row("bob@example.com", `Bob, "Söhne"`, "AT", "EUR")},
		},
		{
			file: "erp.csv", refused: []string{`"Firma / Name" (did you mean company_name?)`, `"Land (ISO)" (did you mean country_code?)`},
			args: "--ignore-columns Kundennummer --map Firma / Name=company_name --ignore-columns Umsatz [EUR] --map Land (ISO)=country_code --ignore-columns Angelegt am",
		},
		{file: "crm.csv", refused: []string{`"Primary Contact: Email" (did you mean email?)`}, args: "--map Primary Contact: Email=email --ignore-columns Amount (converted)"},
		{file: "sap-list.txt", refused: []string{":1: ", "line of dashes"}},
		{file: "fixed.txt", refused: []string{"padded with blanks", "fixed width"}},
		{file: "address-book.txt", refused: []string{"there is no header", "Ann Example <ann@example.com>"}, args: "--header email"},
		{file: "address-line.txt", refused: []string{"a list of addresses", `tr ',;' '\n\n' < FILE | hydractl`}},
		{file: "smartquotes.csv", refused: []string{":2:", "typographic"}},
		{file: "mojibake.csv", rows: []record.Values{row("ann@example.com", "MÃ¼ller")}, facts: []string{`"MÃ¼ller" in place of "Müller"`}},
		{file: "xlsx.csv", refused: []string{"an Excel workbook", "CSV UTF-8"}},
		{file: "html-report.xls", refused: []string{"a web page"}},
		{file: "contacts.vcf", refused: []string{"vCards"}},
		{file: "ldif.ldif", refused: []string{"LDIF"}},

		{file: "bom.ndjson", rows: []record.Values{row("ann@example.com", "Ann"), row("bob@example.com", "Bob")}},
		{file: "wrapper.json", refused: []string{`the key "people" is a whole list`, "jq -c '.people[]' FILE | hydractl"}},
		{file: "wrapper2.json", refused: []string{`the key "response" contains the list .response.customers`, "jq -c '.response.customers[]' FILE"}},
		{file: "onemap.json", refused: []string{"each key is an object", "jq -c '.[]' FILE"}},
		{file: "nested.json", refused: []string{":1:2: ", "a list without names", "jq -r '.[] | @csv' FILE"}},
		{file: "sheets.json", refused: []string{`the key "values" is a list of lists`, "jq -r '.values[] | @csv' FILE"}},
		{file: "arrays.jsonl", refused: []string{":1:1: ", "jq -r @csv FILE"}},
		{file: "comments.jsonl", refused: []string{":1:1: ", "comments are not JSON", "sed -E"}, args: "--skip-invalid"},
		{file: "pyrepr.json", refused: []string{":1:3: ", "Python"}},
		{file: "nan.json", refused: []string{":1:39: ", "write null"}},
	}
}

// exportCases are exports of databases, programming languages, CRM and ERP programs.
func exportCases() []fileCase {
	return []fileCase{
		{
			file: "pipedrive-deals.csv", args: "--ignore-columns Deal - Title --map Person - Email - Work=email --ignore-columns Person - Email - Home",
			refused: []string{`"Person - Email - Work" (did you mean email?), "Person - Email - Home"`},
		},
		{
			file: "flattened.csv", refused: []string{`"customer.address.country_code" (did you mean country_code?)`},
			args: "--map customer.email=email --map customer.company_name=company_name --map customer.address.country_code=country_code --ignore-columns customer.id",
		},
		{
			file: "shopify-orders.csv", product: "Shopify orders",
			rows: []record.Values{row("ann@example.com", "Acme", "DE", "EUR"), row("bob@example.org", "Bob", "FR", "EUR")},
		},
		{file: "zendesk-users.json", product: "Zendesk users", rows: []record.Values{row("ann@example.com", "Ann", "", "", "", "de", "Berlin")}},
		{file: "datev.csv", refused: []string{":1: ", "line 2 looks like it"}, args: "--header-line 2"},
		{file: "report-footer.csv", refused: []string{`"Mailing Country" (did you mean country_code?)`}, args: "--map Mailing Country=country_code"},
		{
			file: "report-footer.csv", options: ReadOptions{Map: map[string]string{"Mailing Country": "country_code"}}, rules: Rules{SkipInvalid: true},
			rows: []record.Values{row("ann@example.com", "Acme Ltd", "Germany")},
		},
		{file: "japanese.csv", rows: []record.Values{row("ann@example.com", "株式会社アクメ", "日本")}},
		{file: "full-width.csv", rows: []record.Values{row("ann@example.com", "Acme")}},

		{
			file: "georgian.csv", refused: []string{`"კომპანია", "ელფოსტა" (did you mean email?)`},
			args: "--ignore-columns კომპანია --map ელფოსტა=email",
		},
		{file: "iso-2022-jp.csv", refused: []string{"--encoding iso-2022-jp"}},
		{file: "iso-2022-jp.csv", options: ReadOptions{Encoding: "iso-2022-jp"}, rows: []record.Values{row("ann@example.com", "株式会社アクメ")}},
		{file: "merged-rows.csv", refused: []string{":2:17: ", "2 lines, of which the first and the last look like rows"}, args: "--skip-invalid"},
		{file: "merged-rows.csv", rules: Rules{SkipInvalid: true}, rows: []record.Values{row("cid@example.org", "Gamma\nHall 7", "US")}},
		{
			file: "hubspot-french.csv", refused: []string{`"Nom", "Numéro de téléphone"`},
			args: "--ignore-columns Prénom --ignore-columns Nom --ignore-columns Numéro de téléphone",
		},
		{
			file: "sugar.csv", refused: []string{`"Primary Address Country" (did you mean country_code?)`},
			args: "--ignore-columns Title --map Primary Address Country=country_code",
		},
		{
			file: "signs.csv", refused: []string{"\"`mail`\" (did you mean email?)", `"#company" (did you mean company_name?)`},
			args: "--map `mail`=email --map #company=company_name",
		},
		{
			file: "guests.csv", product: "Entra ID (Azure AD) users", facts: []string{"begins with an apostrophe", "guest account"},
			rows: []record.Values{row("'ann@example.com", "Ann"), row("bob_example.org#EXT#@example.com", "Bob")},
		},
		{file: "broken-bar.csv", refused: []string{"separated by '¦'", `sed 's/¦/\t/g' FILE`}},
		{file: "box.txt", refused: []string{":1: ", "line of dashes"}},
		{file: "blank-html.xls", refused: []string{"a table in HTML"}},
		{file: "list.yaml", refused: []string{"YAML", "yq -o=json"}},
		{file: "statements.sql", refused: []string{"in SQL"}},
		{file: "copy.sql", refused: []string{"PostgreSQL"}},
		{file: "customers.xml", refused: []string{"XML"}},
		{file: "archive.7z", refused: []string{"a 7-Zip archive"}},
		{file: "return-in-cell.csv", rows: []record.Values{row("ann@example.com", "Acme\rHall 7")}},
		{
			file: "no-values.csv", facts: []string{"[object Object] 1", "System.Object[] 1", "#NV 1", "#¿NOMBRE? 1"},
			rows: []record.Values{row("ann@example.com", "[object Object]", "#NV"), row("bob@example.org", "System.Object[]", "#¿NOMBRE?")},
		},

		{file: "r-row-names.csv", refused: []string{":2:1: ", "column 1 has no name"}, args: "--ignore-columns "},
		{file: "r-row-names.csv", options: ReadOptions{IgnoreColumns: []string{""}}, rows: []record.Values{row("ann@example.com", "Acme Ltd"), row("bob@example.org", "NA")}},
		{file: "sqlcmd.csv", refused: []string{":2: ", "sed 2d FILE"}},
		{
			file: "mysql-batch.tsv", options: ReadOptions{NullTokens: []string{"NULL"}},
			rows: []record.Values{row("ann@example.com", "Acme\tLtd", "DE"), row("bob@example.org", "")},
		},
		{file: "caret.txt", refused: []string{":1: ", "separated by '^'"}, args: "--delimiter ^"},
		{file: "caret.txt", options: ReadOptions{Delimiter: '^'}, rows: []record.Values{row("ann@example.com", "Acme Ltd", "DE")}},
		{file: "spaces.txt", refused: []string{"separated by ' '"}, args: "--delimiter  "},
		{file: "unit-separator.txt", refused: []string{`--delimiter $'\x1f'`}},
		{file: "two-bars.txt", rows: []record.Values{row("ann@example.com", "Acme Ltd", "DE")}},
		{file: "formula-text.csv", refused: []string{":2:2: ", `="..."`, "sed"}},
		{file: "header-twice.csv", refused: []string{":3:1: ", "the header is repeated here"}, args: "--skip-invalid"},
		{file: "two-marks.csv", rows: []record.Values{row("ann@example.com", "Acme")}},
		{file: "cr-cr-lf.csv", rows: []record.Values{row("ann@example.com", "Acme"), row("bob@example.org", "Beta")}},
		{file: "nul-tail.csv", refused: []string{":4:1: ", "truncated"}, args: "--skip-invalid"},
		{
			file: "html-text.csv", facts: []string{`"M&uuml;ller &amp; S&ouml;hne" in place of "Müller & Söhne"`},
			rows: []record.Values{row("ann@example.com", "M&uuml;ller &amp; S&ouml;hne"), row("bob@example.org", "Beta &amp; Co")},
		},
		{
			file: "line-in-name.csv", refused: []string{`"Country\n(ISO)" (did you mean country_code?)`},
			args: "--map Country(ISO)=country_code",
		},
		{file: "line-in-name.csv", options: ReadOptions{Map: map[string]string{"Country(ISO)": "country_code"}}, rows: []record.Values{row("ann@example.com", "Acme", "DE")}},
		{file: "mail.eml", refused: []string{"this is a mail"}},

		{
			file: "chargebee.jsonl", refused: []string{`"customer.email" (did you mean email?), "customer.company" (did you mean company_name?), "subscription"`},
			args: "--map customer.email=email --map customer.company=company_name --ignore-columns subscription",
		},
		{
			file: "chargebee.jsonl", options: ReadOptions{Map: map[string]string{"customer.email": "email"}, IgnoreUnknown: true},
			rows: []record.Values{row("ann@example.com", ""), row("bob@example.org", "")},
		},
		{
			file: "auth0.jsonl", refused: []string{`"name" (did you mean company_name?), "app_metadata"`},
			args: "--map name=company_name --ignore-columns app_metadata",
		},
		{file: "texts.json", refused: []string{":1:2: ", "a list of addresses: jq -r '.[]' FILE"}},
		{file: "pandas-columns.json", refused: []string{`orient="records"`}},
		{file: "pandas-split.json", refused: []string{`the key "data" is a list of lists`}},
		{file: "array.jsonl", rows: []record.Values{row("ann@example.com", ""), row("bob@example.org", "")}, facts: []string{"begins with ["}},
		{file: "commas.jsonl", refused: []string{":1:28: ", "a comma after the object"}, args: "--skip-invalid"},
		{file: "graphql.json", refused: []string{"jq -c '.data.customers.edges[]' FILE"}},
		{file: "api-error.json", refused: []string{":1:2: ", "an error message of a server"}},
		{file: "curl-i.json", refused: []string{"an answer with its headers"}},
		{file: "mongoexport.json", rows: []record.Values{row("ann@example.com", "Acme Ltd"), row("bob@example.org", "Beta")}},
	}
}

// A key of the file stands in the command that is advised: as a word of the shell, whatever is in it.
func TestUnpackAdvice_KeysAreQuoted(t *testing.T) {
	t.Parallel()
	checked := checkText(t, "in.json", `{"a'; rm -rf ~ #": [{"email":"ann@example.com"}]}`, ReadOptions{}, Rules{})
	const want = `jq -c '.["a'\''; rm -rf ~ #"][]' FILE | hydractl`
	if err := checked.Err(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestFiles_AsPeopleHaveThem(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(fileCases(), otherCases(), exportCases()) {
		t.Run(c.file, func(t *testing.T) { c.run(t) })
	}
}

func (c *fileCase) run(t *testing.T) {
	t.Helper()
	source, err := Open(t.Context(), "testdata/cases/"+c.file, nil, t.TempDir(), c.options)
	if err != nil {
		c.compareRefusal(t, err)
		return
	}
	defer source.Close()
	checked, err := Validate(t.Context(), source, c.rules)
	if err != nil {
		t.Fatal(err)
	}
	c.compareFacts(t, checked)
	if err := checked.Err(); err != nil || len(c.refused) > 0 {
		c.compareRefusal(t, err)
		return
	}
	var rows []record.Values
	for row, err := range checked.Each() {
		if err != nil {
			t.Fatal(err)
		}
		if !row.State.Terminal() {
			rows = append(rows, row.Values)
		}
	}
	if diff := cmp.Diff(c.rows, rows); diff != "" || c.product != "" && source.Product != c.product {
		t.Errorf("taken for %q, rows (-want +got):\n%s", source.Product, diff)
	}
}

func (c *fileCase) compareRefusal(t *testing.T, err error) {
	t.Helper()
	if err == nil || len(c.refused) == 0 {
		t.Fatalf("refused: %v, want %q", err, c.refused)
	}
	for _, word := range c.refused {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error lacks %q: %v", word, err)
		}
	}
	if strings.Contains(err.Error(), "lazy-quotes") {
		t.Errorf("the error advises --lazy-quotes: %v", err)
	}
	if got := strings.Join(argsOf(err), " "); got != c.args {
		t.Errorf("the flags that work are %q, want %q", got, c.args)
	}
}

// argsOf collects the flags that an error names.
func argsOf(err error) []string {
	switch e := err.(type) { //nolint:errorlint // every branch is looked at
	case *Refusal:
		return e.Args()
	case *Error:
		return e.Args
	case interface{ Unwrap() []error }:
		var args []string
		for _, part := range e.Unwrap() {
			args = append(args, argsOf(part)...)
		}
		return args
	}
	return nil
}

func (c *fileCase) compareFacts(t *testing.T, checked *Checked) {
	t.Helper()
	all := slices.Concat(checked.Source.Notes, checked.Samples)
	all = append(all, fmt.Sprintf("%+v", checked.Changes))
	for _, code := range checked.Codes {
		all = append(all, code.Text+" is "+code.Suggestion)
	}
	for _, m := range checked.Markers {
		all = append(all, fmt.Sprintf("%s %d", m.Text, m.Count))
	}
	for _, m := range checked.Source.Mapping {
		all = append(all, m.Column+" resembles "+m.Resembles)
	}
	for _, g := range checked.Groups {
		for _, p := range g.First {
			all = append(all, p.Msg)
		}
	}
	for _, fact := range c.facts {
		if !strings.Contains(strings.Join(all, "\n"), fact) {
			t.Errorf("the facts lack %q:\n%s", fact, strings.Join(all, "\n"))
		}
	}
}
