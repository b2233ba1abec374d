package input

import "strings"

// utf16 spells ASCII in UTF-16.
func utf16(text string, bigEndian bool) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if bigEndian {
			b.Write([]byte{0, c})
		} else {
			b.Write([]byte{c, 0})
		}
	}
	return b.String()
}

// csvFileCases are about the bytes and the lines of a file (bad-inputs.md 1-18 and 23-27).
func csvFileCases() []inputCase {
	ann := []string{"ann@example.com"}
	both := []string{"ann@example.com", "bob@example.com"}
	return []inputCase{
		{name: "1 empty file", input: "", refused: "in.csv: there is no header row"},
		{name: "1 only blank lines", input: "\xef\xbb\xbf\n\r\n\n", refused: "in.csv: there is no header row"},
		{name: "1 a header line behind the end", input: "email\n", options: ReadOptions{HeaderLine: 9}, refused: "--header-line: the file has fewer lines than 9"},
		{name: "1 a quote that is never closed", input: "\"email", refused: "in.csv:1:1: the quote that opens here is never closed"},
		{name: "2 header only", input: "email,company_name\n"},
		{
			name: "4 byte order mark", input: "\xef\xbb\xbfemail\nann@example.com\n", pending: 1, emails: ann,
			notes: []string{"encoding utf-8 (byte order mark)"},
		},
		{name: "4 byte order mark before a quoted header", input: "\xef\xbb\xbf\"email\"\nann@example.com\n", pending: 1, emails: ann},
		{
			name: "5 UTF-16 LE", input: "\xff\xfe" + utf16("email\r\nann@example.com\r\n", false), pending: 1, emails: ann,
			notes: []string{"encoding utf-16le (byte order mark)"},
		},
		{
			name: "5 UTF-16 BE", input: "\xfe\xff" + utf16("email\nann@example.com\n", true), pending: 1, emails: ann,
			notes: []string{"encoding utf-16be (byte order mark)"},
		},
		{
			name: "5 UTF-16 LE without mark", input: utf16("email\nann@example.com\n", false),
			refused: "in.csv: the file looks like UTF-16 without a byte order mark; use --encoding utf-16le",
		},
		{
			name: "5 UTF-16 BE without mark", input: utf16("email\nann@example.com\n", true),
			refused: "in.csv: the file looks like UTF-16 without a byte order mark; use --encoding utf-16be",
		},
		{
			name: "5 UTF-16 by name", input: utf16("email\nann@example.com\n", false), options: ReadOptions{Encoding: "utf-16le"},
			pending: 1, emails: ann, notes: []string{"encoding utf-16le"},
		},
		{
			name: "5 UTF-16 by name without mark", input: utf16("email\n", false), options: ReadOptions{Encoding: "utf-16"},
			refused: "in.csv: the file has no byte order mark; use --encoding utf-16le",
		},
		{
			name: "5 UTF-16 with a lone surrogate", input: "\xff\xfe" + utf16("email,company_name\nann@example.com,", false) + "\x00\xd8",
			refused: "in.csv:2:17: company_name: it contains bytes that have no meaning in utf-16le", invalid: 1,
			problems: []string{"2:17 row bad_text company_name"},
		},
		{name: "5 UTF-32", input: "\xff\xfe\x00\x00e\x00\x00\x00", refused: "in.csv: the file is UTF-32"},
		{
			name: "5 mark against name", input: "\xff\xfe" + utf16("email\n", false), options: ReadOptions{Encoding: "windows-1252"},
			refused: "in.csv: the file begins with the byte order mark of utf-16le, so it is not windows-1252",
		},
		{
			name: "6 bytes that are not UTF-8", input: "email,company_name\nann@example.com,M\xfcller\n", invalid: 1,
			refused:  "in.csv:2:17: company_name: it is not valid UTF-8; name the encoding in which it reads as it should: windows-1252 reads \"Müller\"",
			problems: []string{"2:17 row bad_text company_name"},
		},
		{name: "6 the same in the header", input: "email,soci\xe9t\xe9\n", refused: "in.csv:1:7: it is not valid UTF-8"},
		{
			name: "6 windows-1252 by name", input: "email,company_name\nann@example.com,M\xfcller \x80\n",
			options: ReadOptions{Encoding: "Windows-1252"}, pending: 1, emails: ann, notes: []string{"encoding windows-1252"},
		},
		{
			name: "6 unknown encoding", input: "email\n", options: ReadOptions{Encoding: "latin99"},
			refused: `in.csv: unknown encoding "latin99"; the encodings are utf-8, utf-16`,
		},
		{
			name: "7 NUL in a cell", input: "email,company_name\nann@example.com,a\x00b\n", invalid: 1,
			refused: "in.csv:2:17: company_name: it contains a NUL", problems: []string{"2:17 row bad_text company_name"},
		},
		{
			name: "8 lone carriage returns", input: "email,company_name\rann@example.com,A\r\rbob@example.com,B\r", pending: 2, emails: both,
			notes: []string{"line ends: lone carriage returns"},
		},
		{
			name: "8 lone carriage returns keep count of lines", input: "email,company_name\rann@example.com,\"A\rB\"\rbad,B", pending: 1, invalid: 1,
			emails: ann, refused: "in.csv:4:1: email: an email has exactly one @", problems: []string{"4:1 row bad_email email"},
		},
		{
			name: "8 a lone carriage return between line feeds", input: "email,company_name\nann@example.com,A\rB\n", invalid: 1,
			refused: "in.csv:2:18: there is a carriage return inside a cell", problems: []string{"2:18 row stray_return"},
		},
		{name: "9 mixed line ends", input: "email\r\nann@example.com\nbob@example.com\r\n", pending: 2, emails: both},
		{
			name: "10 semicolons", input: "email;company_name\nann@example.com;Foo, Inc.\n", pending: 1, emails: ann,
			notes: []string{"delimiter ; (the header has 2 columns with it, 2 of them known)"},
		},
		{name: "10 tabs", input: "email\tcompany_name\nann@example.com\tFoo\n", pending: 1, emails: ann, notes: []string{"delimiter tab"}},
		{
			name: "10 tabs, quotes as text", input: "email\tcompany_name\nann@example.com\tsay \"hi\"\nbob@example.com\t\"B\n", pending: 2, emails: both,
		},
		{
			name: "10 tabs with escapes", input: "Mail\tcompany\nann@example.com\ta\\tb\\\\c\nbob@example.com\t5\"\n", pending: 2, emails: both,
			notes: []string{"are escaped by backslashes"},
		},
		{name: "10 tabs with quotes", input: "email\tcompany_name\nann@example.com\t\"Foo\tBar\"\n", pending: 1, emails: ann},
		{name: "10 pipes", input: "email|company_name\nann@example.com|Foo\n", pending: 1, emails: ann, notes: []string{"delimiter |"}},
		{
			name: "10 delimiter by name", input: "email;x,company_name\nann@example.com,Foo\n", pending: 1, emails: ann,
			options: ReadOptions{Delimiter: ',', Map: map[string]string{"email;x": "email"}},
		},
		{
			name: "10 delimiter by a line sep=", input: "sep=;\r\nemail;company_name\r\nbad;A\r\n", invalid: 1,
			notes: []string{"delimiter ; (the line sep= of the file)"}, refused: "in.csv:3:1: email: an email has", problems: []string{"3:1 row bad_email email"},
		},
		{name: "10 delimiter that cannot be told", input: "a;b,c\n", refused: "in.csv: the header can be split at , and at ;; name the delimiter with --delimiter"},
		{name: "10 delimiter that cannot be one", input: "email\n", options: ReadOptions{Delimiter: '"'}, refused: "--delimiter: "},
		{
			name: "11 bare quote, resync certain", input: "email,company_name\nann@example.com,5\" nails\nbob@example.com,B\n", pending: 1, invalid: 1,
			emails: both[1:], refused: "in.csv:2:18: there is a quote inside a cell", problems: []string{"2:18 row stray_quote"},
		},
		{
			name: "11 bare quote, the rest goes on", input: "email,company_name\nann@example.com,5\" nails\nbob@example.com,B\n", pending: 1, invalid: 1,
			rules: Rules{SkipInvalid: true}, emails: both[1:], problems: []string{"2:18 row stray_quote"},
		},
		{
			name: "11 bare quote, resync not certain", input: "email,company_name\nann@example.com,say \"a, b\"\nbob@example.com,B\n",
			rules: Rules{SkipInvalid: true}, refused: "in.csv:2:21: there is a quote inside a cell that has no quotes around it, and where its row ends is not certain",
		},
		{
			name: "11 text behind a closing quote", input: "email,company_name\nann@example.com,\"A\" B\n", invalid: 1,
			refused: "in.csv:2:17: the quotes around this cell close before its end", problems: []string{"2:17 row stray_quote"},
		},
		{
			name: "11 lazy quotes", input: "email,company_name\nann@example.com,5\" nails\nbob@example.com,\"say \"a\" b\"\n",
			options: ReadOptions{LazyQuotes: true}, pending: 2, emails: both,
		},
		{
			name: "12 unclosed quote", input: "email,company_name\nann@example.com,\"A\nbob@example.com,B\n",
			refused: "in.csv:2:17: the quote that opens here is never closed",
		},
		{
			name: "12 quote closed by that of another row", input: "email,company_name\nann@example.com,\"A\nbob@example.com,\"B\"\n",
			refused: "in.csv:2:17: the quotes around this cell close before its end",
		},
		{
			name: "12 unclosed quote in a large file", refused: "in.csv:2:17: the quoted cell that begins here is not closed within 1 MiB",
			input: "email,company_name\nann@example.com,\"A\n" + strings.Repeat("bob@example.com,B\n", 80_000),
		},
		{
			name: "14 short row", input: "email,company_name\nann@example.com\nbob@example.com,B\n", pending: 2, emails: both, changes: Changes{ShortRows: 1},
		},
		{
			name: "14 short row, strict", input: "email,company_name\nann@example.com\nbob@example.com,B\n", pending: 1, invalid: 1, emails: both[1:],
			rules: Rules{Strict: true}, refused: "in.csv:2:1: the row has 1 of 2 cells", problems: []string{"2:1 row short_row"},
		},
		{
			name: "14 short row without its email", input: "company_name,email\nA\nB,bob@example.com\n", pending: 1, invalid: 1, emails: both[1:],
			refused: "in.csv:2:1: the row has 1 of 2 cells", problems: []string{"2:1 row short_row"},
		},
		{name: "15 surplus empty cells", input: "email,company_name\nann@example.com,Ann,, \n", pending: 1, emails: ann, changes: Changes{LongRows: 1}},
		{
			name: "15 surplus empty cells, strict", input: "email,company_name\nann@example.com,Ann,\n", invalid: 1, rules: Rules{Strict: true},
			refused: "in.csv:2:21: the row has 3 cells, 1 more than the header", problems: []string{"2:21 row long_row"},
		},
		{
			name: "15 long row", input: "email,company_name\nann@example.com,Foo, Inc.\n", invalid: 1,
			refused: "in.csv:2:21: the row has 3 cells, 1 more than the header", problems: []string{"2:21 row long_row"},
		},
		{
			name: "16 blank lines are counted", input: "\n\nemail\r\n\r\nann@example.com\n\nbad\n", pending: 1, invalid: 1, emails: ann,
			refused: "in.csv:7:1: email: an email has exactly one @", problems: []string{"7:1 row bad_email email"},
		},
		{
			name: "16 line ends inside quotes are counted", input: "email,company_name\nann@example.com,\"A\n\r\nB\"\nbad,B\n", pending: 1, invalid: 1,
			emails: ann, refused: "in.csv:5:1: email:", problems: []string{"5:1 row bad_email email"},
		},
		{
			name: "16 columns count characters of the line", input: "company_name,industry,email\n\"Müller\n日本\",\"a\"\"b\",bad\n", invalid: 1,
			refused: "in.csv:3:12: email:", problems: []string{"3:12 row bad_email email"},
		},
		{name: "17 row of spaces", input: "email,company_name\n  \n", changes: Changes{EmptyRows: 1}},
		{name: "17 row of commas", input: "email,company_name\n,\nann@example.com,A\n,,,\n", pending: 1, emails: ann, changes: Changes{EmptyRows: 2}},
		{
			name: "17 row of commas, strict", input: "email,company_name\n,\n", invalid: 1, rules: Rules{Strict: true},
			refused: "in.csv:2:1: the row is empty", problems: []string{"2:1 row empty_row"},
		},
		{
			name: "17 row that fills ignored columns only", input: "email,notes\n,x\n", options: ReadOptions{IgnoreColumns: []string{"Notes"}},
			rules: Rules{AllowNoEmail: true}, invalid: 1, refused: "in.csv:2:1: the row gives no field", problems: []string{"2:1 row empty_row"},
		},
		{name: "18 trailing comma", input: "email,\nann@example.com,\nbob@example.com, \n", pending: 2, emails: both},
		{
			name: "18 trailing comma and a cell", input: "email,\nann@example.com,x\n", invalid: 1, rules: Rules{SkipInvalid: true},
			refused: "in.csv:2:17: column 2 has no name in the header but this cell has content", problems: []string{"2:17 file nameless_column"},
		},
		{name: "23 a line without end", input: "email\n" + strings.Repeat("x", 2<<20), refused: "in.csv:2:1: the record is longer than 1 MiB"},
		{
			name: "23 a long cell", input: "email,company_name\nann@example.com," + strings.Repeat("x", 64<<10+1) + "\nbob@example.com," + strings.Repeat("x", 64<<10) + "\n",
			pending: 1, invalid: 1, emails: both[1:], refused: "in.csv:2:17: the cell has 65537 bytes, more than 64 KiB", problems: []string{"2:17 row long_cell"},
		},
		{name: "24 too many columns", input: strings.Repeat("a,", 100_000) + "email\n", refused: "in.csv:1: there are more than 10000 columns"},
		{name: "24 as many columns as may be", input: "email" + strings.Repeat(",", 9999) + "\nann@example.com" + strings.Repeat(",", 9999) + "\n", pending: 1, emails: ann},
		{name: "26 gzip", input: "\x1f\x8b\x08\x00", refused: "in.csv: this is a gzip file; unpack it first"},
		{name: "26 zip and xlsx", input: "PK\x03\x04\x14", refused: "in.csv: this is a zip file or an Excel workbook"},
		{name: "26 xls", input: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", refused: "in.csv: this is an old Excel workbook"},
		{name: "26 PDF", input: "%PDF-1.7\n", refused: "in.csv: this is a PDF file"},
		{name: "26 YAML", input: "- email: ann@example.com\n", refused: "in.csv: this is YAML"},
		{name: "26 HTML", input: "<html><table>", refused: "in.csv: this is a web page"},
		{name: "26 SQL", input: "-- MySQL dump 10.13\n", refused: "in.csv: this is a dump of a database in SQL"},
		{name: "26 zstd", input: "(\xb5\x2f\xfd", refused: "in.csv: this is a zstd file"},
		{name: "27 last line without end", input: "email,company_name\nann@example.com,A", pending: 1, emails: ann},
		{
			name: "27 last line without end, and short", input: "email,company_name\nann@example.com", invalid: 1,
			refused: "in.csv:2:1: the row has 1 of 2 cells and no line end: the file may be truncated", problems: []string{"2:1 row short_row"},
		},
	}
}
