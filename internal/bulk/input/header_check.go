package input

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
)

// checkHeader refuses a file whose header is missing, or stands further down.
func (s *Source) checkHeader(scan headScan) error {
	first, best := scan.first, scan.best
	switch {
	case s.options.Header != nil && s.options.HeaderLine > 0:
		return &Error{File: "--header", Msg: "cannot be given with --header-line: the one says that the file has no header, the other where it is"}
	case s.options.Header != nil:
		return nil
	case isRule(scan.second) && best.known > 0:
		e := &Error{File: s.Name, Line: first.line + 1, Msg: "this line of dashes is how psql, mysql and Markdown show a table on the screen; " +
			`export the data as CSV: psql --csv -c "SELECT ...", or \copy (SELECT ...) TO 'customers.csv' CSV HEADER`}
		return e
	case first.address >= 0:
		header, ignore := s.guessHeader(first)
		return &Error{
			File: s.Name, Line: first.line, Args: append([]string{"--header", header}, ignore...),
			Msg: fmt.Sprintf("there is no header: this line holds the email address %q; name the columns with --header %s", Clip(first.cells[first.address]), header),
		}
	case best.line > first.line && !first.email:
		return &Error{
			File: s.Name, Line: first.line, Args: []string{"--header-line", strconv.Itoa(best.line)},
			Msg: fmt.Sprintf("this is not the header: line %d looks like it (%s); start there with --header-line %d", best.line, Clip(strings.Join(best.cells, ", ")), best.line),
		}
	case first.columns == 1 && s.isWholeLine(first.cells[0]):
		return &Error{
			File: s.Name, Line: first.line,
			Msg: `every line is one quoted cell; take the outer quotes off: sed -e 's/^"//' -e 's/"\r*$//' -e 's/""/"/g' FILE > unquoted.csv`,
		}
	}
	return nil
}

// isRule recognizes the line between the head and the rows of a table as it is printed on screens.
func isRule(line []byte) bool {
	return bytes.Contains(line, []byte("---")) && len(bytes.Trim(line, "-+|=: \r")) == 0
}

// isWholeLine reports whether a cell that is alone on its line holds a whole header.
func (s *Source) isWholeLine(cell string) bool {
	for _, d := range []byte(",;\t|") {
		in := newCSVReader(strings.NewReader(cell), s.Name, dialect{delimiter: d})
		if _, err := in.read(); err == nil && len(in.rec.cells) > 1 && s.shapeOf(in).known > 0 {
			return true
		}
	}
	return false
}

// guessHeader names the columns of a file without a header by what its first row holds; the columns that are no field are to be
// left out.
func (s *Source) guessHeader(row headerShape) (header string, ignore []string) {
	names := make([]string, len(row.cells))
	names[row.address] = record.Fields()[record.Email].Name
	name := func(i, field int) {
		if f := record.Fields()[field].Name; names[i] == "" && !slices.Contains(names, f) {
			names[i] = f
		}
	}
	for i, cell := range row.cells {
		for _, field := range []int{record.CountryCode, record.Currency, record.Timezone, record.Locale} {
			if cell = strings.TrimSpace(cell); cell != "" && findCode(field, cell).Message == "" && (field != record.Locale || strings.Contains(cell, "-")) {
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
