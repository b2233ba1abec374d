package input

import "strings"

// csvHeaderCases are about the names of the columns (bad-inputs.md 19-22 and 45).
func csvHeaderCases() []inputCase {
	ann := []string{"ann@example.com"}
	return []inputCase{
		{
			name: "19 a header twice", input: "email,Company Name,company_name\n",
			refused: `in.csv:1:20: the columns "Company Name" and "company_name" (2 and 3) both give the field company_name; rename one of them`,
		},
		{
			name: "19 two headers for one field", input: "Mail,E-mail\n",
			refused: `in.csv:1:6: the columns "Mail" and "E-mail" both give the field email; leave one out with --ignore-columns`,
		},
		{
			name: "19 two headers for one field, one left out", input: "Mail,E-mail\nx,ann@example.com\n",
			options: ReadOptions{IgnoreColumns: []string{"Mail"}}, pending: 1, emails: ann,
		},
		{
			name: "19 a header twice, both left out", input: "email,Notes,notes\nann@example.com,a,b\n",
			options: ReadOptions{IgnoreColumns: []string{"notes"}}, pending: 1, emails: ann,
		},
		{name: "20 unknown header", input: "email,Compny name\n", refused: `in.csv:1:7: unknown column "Compny name" (did you mean company_name?); the fields are company_name, email, country_code, currency, industry, locale, timezone; `},
		{
			name: "20 unknown headers, all at once", input: "email,shoe size,colour\n",
			refused: "in.csv:1:7: unknown columns: \"shoe size\", \"colour\"; the fields are company_name, email, country_code, currency, industry, locale, timezone; " +
				"map a column with --map COLUMN=FIELD, leave it out with --ignore-columns COLUMN, or all of them with --ignore-unknown",
		},
		{name: "20 unknown header left out", input: "email,colour\nann@example.com,red\n", options: ReadOptions{IgnoreUnknown: true}, pending: 1, emails: ann},
		{
			name: "20 unknown header left out by name", input: "email,Colour\nann@example.com,red\n",
			options: ReadOptions{IgnoreColumns: []string{"colour"}}, pending: 1, emails: ann,
		},
		{
			name: "20 mapped header", input: "email,colour\nann@example.com,red\n", options: ReadOptions{Map: map[string]string{"Colour": "industry"}},
			pending: 1, emails: ann,
		},
		{
			name: "20 map to an unknown field", input: "email\n", options: ReadOptions{Map: map[string]string{"email": "emial"}},
			refused: "--map email=emial: there is no field emial, did you mean email?",
		},
		{
			name: "20 map of a missing column", input: "E-Mail,colour\n", options: ReadOptions{Map: map[string]string{"color": "industry"}},
			refused: "in.csv:1:8: unknown column \"colour\"",
		},
		{name: "20 constant", input: "email\nann@example.com\n", options: ReadOptions{Set: map[string]string{"currency": "EUR"}}, pending: 1, emails: ann},
		{
			name: "20 constant for a column", input: "email,Currency\n", options: ReadOptions{Set: map[string]string{"currency": "EUR"}},
			refused: `--set currency: the file has the column "Currency" for it`,
		},
		{
			name: "20 constant for an unknown field", input: "email\n", options: ReadOptions{Set: map[string]string{"curency": "EUR"}},
			refused: "--set curency: there is no field curency, did you mean currency?",
		},
		{name: "20 empty constant", input: "email\n", options: ReadOptions{Set: map[string]string{"currency": " "}}, refused: "--set currency: is empty"},
		{
			name: "21 no email column", input: "company_name\nFoo\n", pending: 1, emails: []string{"-"},
			refused: "in.csv:1: email: no column gives the email", problems: []string{"1:0 file missing_column email"},
		},
		{name: "21 no email column, allowed", input: "company_name\nFoo\n", rules: Rules{AllowNoEmail: true}, pending: 1, emails: []string{"-"}},
		{
			name: "21 no email in a row", input: "email,company_name\n\" \",Foo\n", invalid: 1,
			refused: "in.csv:2:1: email: the email is missing", problems: []string{"2:1 row no_email email"},
		},
		{name: "22 header with blanks", input: "\" Email \"\nann@example.com\n", pending: 1, emails: ann},
		{name: "22 header with a hyphen", input: "E-mail\nann@example.com\n", pending: 1, emails: ann},
		{name: "22 header in capitals", input: "EMAIL\nann@example.com\n", pending: 1, emails: ann},
		{name: "22 header in another spelling", input: "E Mail Address,Company,Country Code,time-zone\nann@example.com,A,DE,Europe/Berlin\n", pending: 1, emails: ann},
		{name: "45 columns of a reject file", input: "email,_hydractl_line,_HYDRACTL_error,_hydractl_line\nann@example.com,7,\"bad, very\",7\n", pending: 1, emails: ann},
	}
}

// csvRowCases are about the values in rows (bad-inputs.md 29-44).
func csvRowCases() []inputCase {
	ann := []string{"ann@example.com"}
	return []inputCase{
		{
			name: "29 equal row twice", input: "email,company_name\nann@example.com,A\nann@example.com,A\n", pending: 1, repeated: 1, emails: ann,
			problems: []string{"3:1 warning equal_row"}, messages: []string{"the row is equal to the one on line 2; it is skipped"},
		},
		{
			name: "29 equal row without email twice", input: "company_name\nA\nB\nA\n", rules: Rules{AllowNoEmail: true}, pending: 2, repeated: 1,
			emails: []string{"-", "-"}, problems: []string{"4:1 warning equal_row"},
		},
		{
			name: "30 same email, other data", input: "company_name,email\nA,ann@example.com\n\nB,ann@example.com\n", pending: 1, repeated: 1, emails: ann,
			rules:    Rules{SkipInvalid: true},
			refused:  "in.csv:4:3: email: line 2 has the same email and other data; correct one of them, or keep the first with --duplicates first",
			problems: []string{"4:3 file same_email email"},
		},
		{
			name: "30 same email, the first kept", input: "company_name,email\nA,ann@example.com\nB,ann@example.com\n", pending: 1, repeated: 1, emails: ann,
			rules: Rules{Duplicates: "first"}, problems: []string{"3:3 warning same_email email"},
		},
		{name: "30 unknown way with duplicates", input: "email\n", rules: Rules{Duplicates: "last"}, refused: `--duplicates: must be error or first (got "last")`},
		{
			name: "30 an invalid row is no duplicate", input: "email,company_name\nann@example.com,B,C\nann@example.com,A\n", pending: 1, invalid: 1, emails: ann,
			rules: Rules{SkipInvalid: true}, problems: []string{"2:19 row long_row"},
		},
		{
			name: "31 emails that fold alike", input: "email\nA@Example.com\na@example.com\n", pending: 1, repeated: 1, emails: []string{"A@Example.com"},
			problems: []string{"3:1 warning equal_row"}, messages: []string{"the row is equal to the one on line 2 but for the spelling of the email; it is skipped"},
		},
		{
			name: "31 emails whose case counts", input: "email\nA@example.com\na@example.com\nA@EXAMPLE.com\n", rules: Rules{CaseSensitiveEmails: true, Duplicates: "first"},
			pending: 2, repeated: 1, emails: []string{"A@example.com", "a@example.com"}, problems: []string{"4:1 warning equal_row"},
		},
		{
			name: "32 blanks and invisible characters around an email", input: "email\n\" \u00a0\u200bann@example.com\u2060\t\"\n", pending: 1, emails: ann,
			changes: Changes{Trimmed: 1},
		},
		{
			name: "32 blank inside an email", input: "email\nann@exam\u200bple.com\n", invalid: 1, refused: "in.csv:2:1: email: the email contains a blank or an invisible character",
			problems: []string{"2:1 row bad_email email"},
		},
		{
			name: "33 what is no email", input: "email\nAnn <ann@example.com>\n<ann@example.com>\na@b@example.com\nann@localhost\n" + strings.Repeat("a", 250) + "@example.com\n\"\"\"a b\"\"@example.com\"\n@example.com\nann@.\n",
			invalid: 8, refused: "in.csv:2:1: email: ", messages: []string{"an email has exactly one @", "longer than 254 bytes", "no dot", "between < and >", "blank or an invisible"},
			problems: []string{
				"2:1 row bad_email email", "3:1 row bad_email email", "4:1 row bad_email email", "5:1 row bad_email email", "6:1 row bad_email email",
				"7:1 row bad_email email", "8:1 row bad_email email", "9:1 row bad_email email",
			},
		},
		{name: "34 tagged email", input: "email\nann+tag@example.com\n", pending: 1, emails: []string{"ann+tag@example.com"}},
		{
			name: "35 domain in Unicode and in ASCII", input: "email\nann@bücher.example.org\nANN@xn--bcher-kva.example.org\n", rules: Rules{Duplicates: "first"}, pending: 1, repeated: 1,
			emails: []string{"ann@bücher.example.org"}, problems: []string{"3:1 warning equal_row"},
		},
		{name: "36 odd signs in an email", input: "email\na%b_c@example.com\na\\b@example.com\n", pending: 2, emails: []string{"a%b_c@example.com", `a\b@example.com`}},
		{
			name: "37 long name of a clone", input: "company_name,email\n" + strings.Repeat("ü", 201) + ",ann@example.com\n" + strings.Repeat("ü", 200) + ",bob@example.com\n",
			rules: Rules{Clone: true}, pending: 1, invalid: 1, emails: []string{"bob@example.com"},
			refused: "in.csv:2:1: company_name: the company name has 201 characters, a clone takes 200 at most", problems: []string{"2:1 row long_company_name company_name"},
		},
		{
			name: "37 clone without name", input: "company_name,email\n,ann@example.com\n", rules: Rules{Clone: true}, invalid: 1,
			refused: "in.csv:2:1: company_name: the company name is missing", problems: []string{"2:1 row no_company_name company_name"},
		},
		{
			name: "37 clones without a column for the name", input: "email\nann@example.com\n", rules: Rules{Clone: true}, invalid: 1,
			refused: "in.csv:1: company_name: no column gives the company name", problems: []string{"1:0 file missing_column company_name", "2:1 row no_company_name company_name"},
		},
		{
			name: "38 clone with a country", input: "company_name,email,country_code\nA,ann@example.com,\nB,bob@example.com,DE\nC,eve@example.com,DE\n",
			rules: Rules{Clone: true, SkipInvalid: true}, pending: 2, invalid: 1, emails: []string{"ann@example.com", "eve@example.com"},
			refused: "in.csv:3:19: country_code: a clone takes company_name and email only", problems: []string{"3:19 file not_for_clones country_code"},
		},
		{
			name: "38 clone with a constant", input: "company_name,email\nA,ann@example.com\n", options: ReadOptions{Set: map[string]string{"currency": "EUR"}},
			rules: Rules{Clone: true}, pending: 1, emails: ann, refused: "in.csv:1: currency: a clone takes", problems: []string{"1:0 file not_for_clones currency"},
		},
		{
			name: "39 codes that do not exist", input: "email,country_code,currency,locale,timezone\nann@example.com,USA,usd,en_US,EST5\n", pending: 1, emails: ann,
			problems: []string{"2:17 warning unknown_code country_code", "2:21 warning unknown_code currency", "2:25 warning unknown_code locale", "2:31 warning unknown_code timezone"},
			messages: []string{"did you mean US?", "did you mean USD?", "did you mean en-US?", `"EST5" is not a time zone`},
		},
		{
			name: "39 codes that do not exist, strict", input: "email,country_code\nann@example.com,USA\nbob@example.com,US\n", rules: Rules{Strict: true}, pending: 1, invalid: 1,
			emails: []string{"bob@example.com"}, refused: "in.csv:2:17: country_code: ", problems: []string{"2:17 row unknown_code country_code"},
		},
		{name: "40 formula", input: "email,company_name\nann@example.com,\"=HYPERLINK(\"\"x\"\")\"\n", pending: 1, emails: ann},
		{
			name: "41 escapes in a cell", input: "email,company_name,industry\nann@example.com,\x1b]52;c;aGk=\x07,a\u202eb\nbob@example.com,a\u009bb,c\td\n", pending: 2,
			emails:   []string{"ann@example.com", "bob@example.com"},
			problems: []string{"2:17 warning control_character company_name", "3:17 warning control_character company_name", "2:30 warning control_character industry"},
			messages: []string{"U+001B", "U+202E", "U+009B"},
		},
		{
			name: "42 emoji and combining marks", input: "email,company_name\ne\u0301@example.com,👩\u200d🚀 שלום e\u0301\n\u00e9@example.com,A\n", rules: Rules{Duplicates: "first"},
			pending: 1, repeated: 1, emails: []string{"e\u0301@example.com"}, problems: []string{"3:1 warning same_email email"},
		},
		{
			name: "43 words for nothing are text", input: "email,company_name\nann@example.com,NULL\nbob@example.com,N/A\n", pending: 2, emails: []string{"ann@example.com", "bob@example.com"},
			problems: []string{"2:17 warning null_marker company_name", "3:17 warning null_marker company_name"},
		},
		{
			name: "44 numbers and truth values are text", input: "email,company_name\nann@example.com,00123\nbob@example.com,1e5\n", pending: 2,
			emails: []string{"ann@example.com", "bob@example.com"},
		},
		{
			name: "43 null token", input: "email,company_name\nNULL,A\nann@example.com,NULL\n", options: ReadOptions{NullTokens: []string{"NULL"}}, rules: Rules{AllowNoEmail: true},
			pending: 2, emails: []string{"-", "ann@example.com"}, changes: Changes{Nulls: 2},
		},
	}
}
