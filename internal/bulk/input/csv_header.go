package input

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// csvLayout is what the head of a CSV file shows.
type csvLayout struct {
	dialect
	hint     bool     // the first line is sep=X
	first    []string // the cells of the first row
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
	if s.csv.uses, err = s.mapper.mapHeader(in, s.Header, s.csv.first); err != nil {
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
		in.columns = len(s.options.Header)
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
		in.columns = 0
	}
}

func (s *Source) refuseLine(err error) error {
	if errors.Is(err, io.EOF) {
		return &Error{File: "--header-line", Msg: fmt.Sprintf("the file has fewer lines than %d", s.options.HeaderLine)}
	}
	return err
}

// mapHeader returns the use of each column; first are the cells of the first row. Its error joins an *Error for everything that is wrong.
func (m *mapper) mapHeader(in *csvReader, names, first []string) ([]columnUse, error) {
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
			refuse(i, nil, "the columns %q and %q (%d and %d) both give the field %s; rename one of them, or take it out of the file",
				Clip(other), Clip(name), slices.Index(names, other)+1, i+1, fieldName(use.field))
		case use.field >= 0 && twice:
			left := name
			if o := slices.Index(names, other); max(o, i) < len(first) && fits(use.field, first[i]) && !fits(use.field, first[o]) {
				left = other
			}
			refuse(i, []string{"--ignore-columns", left}, "the columns %q and %q both give the field %s; leave one out with --ignore-columns",
				Clip(other), Clip(name), fieldName(use.field))
		case use.field >= 0:
			feeds[use], fed[use.field] = name, true
		}
		uses[i] = use
	}
	if unknown != nil {
		withAddress := ""
		if address := slices.IndexFunc(first, isAddress); address >= 0 && address < len(names) {
			withAddress = names[address]
		}
		offered := m.offer(unknown, &fed, withAddress)
		text, args := unknownColumns(unknown, offered, fed[record.Email])
		refuse(firstUnknown, args, "%s", text)
	}
	if missing := m.missingColumn(names); missing != "" {
		refuse(len(in.rec.cells), nil, "%s", missing)
	}
	return uses, errors.Join(problems...)
}

// fits reports whether a text looks like one of the field: an email address, or a code or what is known to stand for one.
func fits(field int, text string) bool {
	if field == record.Email {
		return isAddress(text)
	}
	code := CheckCode(fieldName(field), text)
	return text != "" && (code.Message == "" || code.Suggestion != "")
}
