package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
)

// headerSearch is how many records at the head of a file are looked at for the header.
const headerSearch = 30

// csvLayout is what the head of a CSV file told.
type csvLayout struct {
	dialect
	hint     bool // the first line is sep=X
	uses     []columnUse
	code     int // the column codeColumn, -1 for none
	last     int // the last column with a name that a file of rejects has not added, -1 for none
	importID int // the column importColumn, -1 for none
}

// openCSV finds the dialect and the header, and what the columns are used for.
func (s *Source) openCSV(head []byte) error {
	if err := s.findLayout(head); err != nil {
		return err
	}
	text, _, err := s.text()
	if err != nil {
		return err
	}
	in, err := s.csvReader(text)
	if errors.Is(err, io.EOF) {
		return s.refuse("there is no header row; the first line has to name the columns, such as email,company_name")
	}
	if err != nil {
		return err
	}
	if s.HeaderLine = in.rec.line; s.options.Header != nil {
		s.HeaderLine = 0
	}
	if in.rec.breaks == '\r' {
		s.note("line ends: lone carriage returns")
	}
	s.Header = s.options.Header
	if s.Header == nil {
		s.Header = in.cells()
	}
	if err := s.checkHeaderText(in, head); err != nil {
		return err
	}
	s.mapper.recognize(s.Header)
	if s.csv.uses, err = s.mapper.mapHeader(in, s.Header); err != nil {
		return err
	}
	return s.describeColumns(in)
}

// describeColumns fills the mapping and finds the columns of a file of rejects.
func (s *Source) describeColumns(in *csvReader) error {
	for i, name := range s.Header {
		use := s.csv.uses[i]
		m := s.mapper.mapped(name, use)
		if use.field >= 0 && s.constants[use.field].given {
			return &Error{File: "--set " + m.Field, Msg: fmt.Sprintf("the file has the column %q for it; leave that out with --ignore-columns", name)}
		}
		s.Mapping = append(s.Mapping, m)
	}
	s.markResembling(s.Mapping)
	s.csv.code, s.csv.importID = slices.Index(s.Header, codeColumn), slices.Index(s.Header, importColumn)
	for s.csv.last = len(s.Header) - 1; s.csv.last >= 0; s.csv.last-- {
		if !IsOwnColumn(s.Header[s.csv.last]) && s.csv.uses[s.csv.last].field != namelessColumn {
			break
		}
	}
	if s.csv.importID < 0 {
		return nil
	}
	if _, err := in.read(); err == nil && len(in.rec.cells) > s.csv.importID {
		s.ImportID = strings.TrimSpace(string(in.text(&in.rec.cells[s.csv.importID])))
	}
	return nil
}

// checkHeaderText refuses names that are no text.
func (s *Source) checkHeaderText(in *csvReader, head []byte) error {
	for i, name := range s.Header {
		fault := badText([]byte(name), s.charset)
		if fault == "" {
			continue
		}
		err := &Error{File: s.Name, Line: in.rec.line, Msg: fault}
		if s.options.Header == nil {
			err.Line, err.Column = in.rec.place(int(in.rec.cells[i].at))
		}
		if s.charset.name == utf8Name && !strings.Contains(name, "\x00") {
			advice, args := adviseEncodings(guessEncodings(head, in.rec.breaks == '\r'))
			err.Msg, err.Args = err.Msg+"; "+advice, args
		}
		return err
	}
	return nil
}

// csvReader reads up to the header and over it, so that the next record is the first row.
func (s *Source) csvReader(text io.Reader) (*csvReader, error) {
	in := newCSVReader(text, s.Name, s.csv.dialect)
	if s.options.HeaderLine > 0 {
		if err := in.skipLines(s.options.HeaderLine); err != nil {
			return in, s.refuseLine(err)
		}
	}
	if s.options.Header != nil {
		in.columns, in.rec.index = len(s.options.Header), -1
		return in, nil
	}
	for {
		rec, err := in.read()
		if err != nil {
			return in, err
		}
		_, hint := hintedDelimiter(rec.raw)
		if !(hint && s.csv.hint) && !in.isBlankRow() {
			return in, nil
		}
		in.columns, in.rec.index = 0, -2
	}
}

func (s *Source) refuseLine(err error) error {
	if errors.Is(err, io.EOF) {
		return &Error{File: "--header-line", Msg: fmt.Sprintf("the file has fewer lines than %d", s.options.HeaderLine)}
	}
	return err
}

// mapHeader returns the use of each column. Its error joins an *Error for everything that is wrong.
func (m *mapper) mapHeader(in *csvReader, names []string) ([]columnUse, error) {
	var problems []error
	var unknown []string
	var fed [record.FieldCount]bool
	uses := make([]columnUse, len(names))
	feeds := map[columnUse]string{}
	refuse := func(i int, args []string, format string, a ...any) {
		e := &Error{File: in.file, Line: in.rec.line, Msg: fmt.Sprintf(format, a...), Args: args}
		if i < len(in.rec.cells) {
			e.Line, e.Column = in.rec.place(int(in.rec.cells[i].at))
		}
		problems = append(problems, e)
	}
	firstUnknown := 0
	for i, name := range names {
		use, ok := m.column(name)
		other, twice := feeds[use]
		switch {
		case !ok:
			if unknown == nil {
				firstUnknown = i
			}
			unknown = append(unknown, name)
		case use.field >= 0 && twice && m.preset != nil:
			use = columnUse{field: ignoredColumn}
		case use.field >= 0 && twice && foldName(other) == foldName(name):
			first := slices.Index(names, other)
			refuse(i, nil, "the columns %q and %q (%d and %d) both give the field %s; rename one of them, or take it out of the file",
				Clip(other), Clip(name), first+1, i+1, record.Fields()[use.field].Name)
		case use.field >= 0 && twice:
			refuse(i, []string{"--ignore-columns", name}, "the columns %q and %q both give the field %s; leave one out with --ignore-columns",
				Clip(other), Clip(name), record.Fields()[use.field].Name)
		case use.field >= 0:
			feeds[use], fed[use.field] = name, true
		}
		uses[i] = use
	}
	if unknown != nil {
		text, args := m.unknownColumns(unknown, fed)
		refuse(firstUnknown, args, "%s", text)
	}
	if missing := m.missingColumn(names); missing != "" {
		refuse(len(in.rec.cells), nil, "%s", missing)
	}
	return uses, errors.Join(problems...)
}

// headerShape is what a record at the head of the file looks like as a header.
type headerShape struct {
	line           int
	columns, known int
	email          bool // a column gives the email
	address        int  // the first cell that is an email address, -1 for none
	cells          []string
}

// shapeOf looks at a record.
func (s *Source) shapeOf(in *csvReader) headerShape {
	shape := headerShape{line: in.rec.line, columns: len(in.rec.cells), address: -1, cells: in.cells()}
	for i, name := range shape.cells {
		use, _ := s.mapper.column(name)
		if use.field >= 0 {
			shape.known++
			shape.email = shape.email || use.field == record.Email
		}
		if shape.address < 0 && emailaddr.Check(string(trimOuter([]byte(name)))) == nil {
			shape.address = i
		}
	}
	return shape
}

// headScan is the head of a file, read in one dialect.
type headScan struct {
	dialect
	first, best headerShape // the first record that is not empty, and the one that is most like a header
	second      []byte      // text of the record behind the first
	backslashes bool        // quotes are escaped by backslashes
	quoted      int         // cells with quotes around them
	strays      int         // wrong quotes
}

// scanHead reads the head of the file in a dialect, up to what cannot be read: that will come up again.
func (s *Source) scanHead(head []byte, d dialect) headScan {
	scan := headScan{dialect: d}
	in := newCSVReader(bytes.NewReader(head), s.Name, d)
	if s.options.HeaderLine > 0 && in.skipLines(s.options.HeaderLine) != nil {
		return scan
	}
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
			scan.second = bytes.Clone(in.rec.raw)
			fallthrough
		default:
			if shape.email && shape.address < 0 && shape.known > scan.best.known && (shape.known > 1 || shape.columns == 1) && s.options.HeaderLine == 0 {
				scan.best = shape
			}
		}
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
	s.csv.dialect = scan.dialect
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
	if d.escapes {
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
