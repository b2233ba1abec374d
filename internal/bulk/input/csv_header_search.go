package input

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
)

// headerSearch is how many records at the head of a file are looked at for the header.
const headerSearch = 30

// headerShape is what a record at the head of the file looks like as a header.
type headerShape struct {
	line           int
	columns, known int
	filled         int  // cells that are not blank
	email          bool // a column gives the email
	address        int  // the first cell that is an email address, -1 for none
	addresses      int  // cells that are
	cells          []string
}

// shapeOf looks at a record.
func (s *Source) shapeOf(in *csvReader) headerShape {
	shape := headerShape{line: in.rec.line, columns: len(in.rec.cells), address: -1, cells: in.cells()}
	for i, name := range shape.cells {
		use, _ := s.mapper.column(name)
		shape.filled += btoi(!isBlank([]byte(name)))
		if use.field >= 0 {
			shape.known++
			shape.email = shape.email || use.field == record.Email
		}
		if isAddress(name) {
			if shape.addresses++; shape.address < 0 {
				shape.address = i
			}
		}
	}
	return shape
}

// headScan is the head of a file, read in one dialect.
type headScan struct {
	dialect
	first, best headerShape // the first record that is not empty, and the one that is most like a header
	second      headerShape // the record behind the first
	backslashes bool        // quotes are escaped by backslashes
	quoted      int         // cells with quotes around them
	strays      int         // wrong quotes
}

// lookBelow decides whether a record, or the one above it, is the header below titles: it names a column for the email, or stands above the
// first address. A name alone may as well stand in a row, which has no more cells than its header.
func (s *headScan) lookBelow(above, shape headerShape) {
	switch {
	case shape.email && shape.address < 0 && shape.known > s.best.known && (shape.known > 1 || shape.columns == 1 || shape.filled > s.first.filled):
		s.best = shape
	case shape.address >= 0 && s.best.known == 0 && s.best.line == s.first.line && above.address < 0 && above.filled > s.first.filled:
		s.best = above
	}
}

// isAddress reports whether a cell is an email address, alone or as in Ann <ann@example.com>.
func isAddress(cell string) bool {
	cell = string(trimOuter([]byte(cell)))
	if open := strings.LastIndexByte(cell, '<'); open >= 0 && strings.HasSuffix(cell, ">") {
		cell = cell[open+1 : len(cell)-1]
	}
	return emailaddr.Check(cell) == nil
}

// scanHead reads the head of the file in a dialect, up to what cannot be read: that will come up again.
func (s *Source) scanHead(head []byte, d dialect) headScan {
	scan := headScan{dialect: d, first: headerShape{address: -1}, best: headerShape{address: -1}, second: headerShape{address: -1}}
	in := newCSVReader(bytes.NewReader(head), s.Name, d)
	if s.options.HeaderLine > 0 && in.skipLines(s.options.HeaderLine) != nil {
		return scan
	}
	var above headerShape // the record before
	for n := 0; ; {
		_, err := in.read()
		for _, f := range in.rec.faults {
			scan.backslashes = scan.backslashes || f.kind == kindBackslashQuotes
			scan.strays++
		}
		for _, c := range in.rec.cells {
			if c.start > c.at {
				scan.quoted++
			}
		}
		if err != nil {
			if n == 0 {
				scan.first = headerShape{columns: len(in.rec.cells), address: -1}
				scan.best = scan.first
			}
			return scan
		}
		if _, hint := hintedDelimiter(in.rec.raw); hint && n == 0 || in.isBlankRow() {
			in.columns = 0
			continue
		}
		if n++; n > headerSearch {
			continue
		}
		shape := s.shapeOf(in)
		switch {
		case n == 1:
			if preset := s.mapper.match(shape.cells); preset != nil {
				shape.known, shape.email = max(shape.known, len(preset.Fields)), true
			}
			scan.first, scan.best = shape, shape
		case n == 2:
			scan.second = shape
			fallthrough
		default:
			if s.options.HeaderLine == 0 {
				scan.lookBelow(above, shape)
			}
		}
		above = shape
		in.columns = 0 // title rows have other widths
	}
}

// findLayout finds the delimiter, the way quotes are escaped, and whether the first line is the header.
func (s *Source) findLayout(head []byte) error {
	scan, err := s.findDelimiter(head)
	if err != nil {
		return err
	}
	if scan.backslashes && !s.options.LazyQuotes {
		d := scan.dialect
		d.backslash = true
		if escaped := s.scanHead(head, d); escaped.strays == 0 {
			scan = escaped
			s.note("quotes inside cells are escaped by backslashes, as MySQL writes them")
		}
	}
	if scan.delimiter == '\t' && !s.options.LazyQuotes && (scan.quoted == 0 || scan.strays > 0) {
		scan = s.scanTabs(head, scan)
	}
	s.csv.dialect, s.csv.first = scan.dialect, scan.second.cells
	if s.options.Header != nil {
		s.csv.first = scan.first.cells
	}
	return s.checkHeader(scan)
}

// scanTabs decides whether a file with tabs is written as databases and customers export -o tsv do it: without quotes around cells,
// with backslashes before what would end one.
func (s *Source) scanTabs(head []byte, scan headScan) headScan {
	d := scan.dialect
	d.unquoted, d.backslash, d.spaced = true, false, false
	d.escapes = isOwnHeader(scan.first.cells) || hasEscapes(head)
	if !d.escapes && scan.strays == 0 {
		return scan
	}
	if d.escapes && bytes.IndexByte(head, '\\') >= 0 {
		s.note("tabs, line ends and backslashes in cells are escaped by backslashes")
	}
	return s.scanHead(head, d)
}

// isOwnHeader recognizes the names that hydractl itself gives columns.
func isOwnHeader(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		return !slices.Contains(record.FieldNames(), name) && (name != strings.ToLower(name) || !isAssigned(foldName(name)))
	})
}

// hasEscapes reports whether every backslash of a text begins an escape, and there are some.
func hasEscapes(text []byte) bool {
	found := false
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if i++; i < len(text) && strings.IndexByte(`tnr\N0`, text[i]) < 0 {
			return false
		}
		found = true
	}
	return found
}

// checkHeader refuses a file whose header is missing, or stands further down.
func (s *Source) checkHeader(scan headScan) error {
	first, best := scan.first, scan.best
	switch {
	case s.options.Header != nil && s.options.HeaderLine > 0:
		return &Error{File: "--header", Msg: "cannot be given with --header-line: the one says that the file has no header, the other where it is"}
	case s.options.Header != nil:
		return nil
	case first.isRule():
		return &Error{File: s.Name, Line: first.line, Msg: "this line of dashes is how programs print a table on the screen; export the data as CSV"}
	case scan.second.isRule() && best.known > 0 && scan.second.columns > 1 && scan.delimiter != '|':
		return &Error{
			File: s.Name, Line: first.line + 1,
			Msg: fmt.Sprintf("this line of dashes is how sqlcmd underlines the header; take it out: sed %dd FILE | hydractl customers import -", first.line+1),
		}
	case scan.second.isRule() && best.known > 0:
		return &Error{File: s.Name, Line: first.line + 1, Msg: "this line of dashes is how psql, mysql and Markdown show a table on the screen; " +
			`export the data as CSV: psql --csv -c "SELECT ...", or \copy (SELECT ...) TO 'customers.csv' CSV HEADER`}
	case first.addresses > 1 && first.addresses == first.columns:
		return &Error{
			File: s.Name, Line: first.line,
			Msg: "this is a list of addresses; put each on a line of its own: tr ',;' '\\n\\n' < FILE | hydractl customers import - --header email",
		}
	case first.address >= 0:
		header, ignore := s.guessHeader(first)
		return &Error{
			File: s.Name, Line: first.line, Args: append([]string{"--header", header}, ignore...),
			Msg: fmt.Sprintf("there is no header: this line contains the email address %q; name the columns with --header %s", Clip(first.cells[first.address]), header),
		}
	case best.line > first.line && !first.email:
		return &Error{
			File: s.Name, Line: first.line, Args: []string{"--header-line", strconv.Itoa(best.line)},
			Msg: fmt.Sprintf("this is not the header: line %d looks like it (%s); start there with --header-line %d", best.line, Clip(strings.Join(best.cells, ", ")), best.line),
		}
	case len(first.cells) == 1 && first.known == 0:
		return s.checkOneColumn(first)
	}
	return nil
}

// checkOneColumn refuses a header that is a single cell of which nothing is known, when it can be split into columns.
func (s *Source) checkOneColumn(first headerShape) error {
	refused := &Error{File: s.Name, Line: first.line}
	line := first.cells[0]
	if known, names := s.knownNames(line, "  "); known > 0 && names > 1 {
		refused.Msg = "the columns are padded with blanks, as programs show a table on the screen; export the data as CSV, " +
			"or open the file in a spreadsheet as text of fixed width and save it as CSV UTF-8"
		return refused
	}
	for _, d := range line {
		known, names := s.knownNames(line, string(d))
		switch {
		case known == 0 || names < 2:
		case strings.ContainsRune(",;\t|", d):
			refused.Msg = `every line is one quoted cell; take the outer quotes off: sed -e 's/^"//' -e 's/"\r*$//' -e 's/""/"/g' FILE > unquoted.csv`
			return refused
		case known > 1 && d < utf8.RuneSelf && !strings.ContainsRune("\"\r\n\x00", d) && (d != ' ' || known == names):
			if refused.Args = []string{"--delimiter", string(d)}; d < ' ' {
				refused.Args = nil // a terminal cannot show it
			}
			refused.Msg = fmt.Sprintf("the columns are separated by %q; name it: --delimiter $%q", d, d)
			return refused
		case known > 1 && d >= utf8.RuneSelf && !unicode.IsLetter(d):
			refused.Msg = fmt.Sprintf("the columns are separated by %q, which is not ASCII; put tabs in its place: sed 's/%c/\\t/g' FILE | hydractl customers import -", d, d)
			return refused
		}
	}
	return nil
}

// knownNames counts the names in a line that are known, and all of them.
func (s *Source) knownNames(line, separator string) (known, names int) {
	for name := range strings.SplitSeq(line, separator) {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if use, _ := s.mapper.column(name); use.field >= 0 {
			known++
		}
		names++
	}
	return known, names
}

// isRule recognizes the line between the head and the rows of a table as it is printed on screens.
func (h headerShape) isRule() bool {
	line := strings.Join(h.cells, "|")
	isLine := strings.Contains(line, "---") || strings.Contains(line, "===") || strings.Contains(line, "\u2500\u2500\u2500")
	return isLine && strings.Trim(line, "-+|=:,; \t\r\u2500\u2502\u250c\u2510\u2514\u2518\u251c\u2524\u252c\u2534\u253c") == ""
}

// guessHeader names the columns of a file without a header by what its first row holds; the columns that are no field are to be
// left out.
func (s *Source) guessHeader(row headerShape) (header string, ignore []string) {
	names := make([]string, len(row.cells))
	names[row.address] = fieldName(record.Email)
	name := func(i, field int) {
		if f := fieldName(field); names[i] == "" && !slices.Contains(names, f) {
			names[i] = f
		}
	}
	tables := newCodeTables()
	for i, cell := range row.cells {
		for _, field := range []int{record.CountryCode, record.Currency, record.Timezone, record.Locale} {
			if cell = strings.TrimSpace(cell); cell != "" && tables[field].find([]byte(cell)).Message == "" && (field != record.Locale || strings.Contains(cell, "-")) {
				name(i, field)
			}
		}
	}
	for i, cell := range row.cells {
		if strings.ContainsFunc(cell, func(r rune) bool { return r > '9' }) && emailaddr.Check(strings.TrimSpace(cell)) != nil {
			name(i, record.CompanyName)
		}
	}
	for i := range names {
		if names[i] == "" {
			names[i] = fmt.Sprintf("column%d", i+1)
			ignore = append(ignore, "--ignore-columns", names[i])
		}
	}
	return strings.Join(names, ","), ignore
}
