package input

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// csvLayout is what the head of a CSV file told.
type csvLayout struct {
	delimiter byte
	hint      bool  // the first line is sep=X
	fields    []int // of each column: a field, ignoredColumn or namelessColumn
	code      int   // the column codeColumn, -1 for none
	last      int   // the last column with a name that a file of rejects has not added, -1 for none
}

// openCSV reads the header.
func (s *Source) openCSV(head []byte, delimiter rune) error {
	if err := s.detectDelimiter(head, delimiter); err != nil {
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
	if in.rec.breaks == '\r' {
		s.note("line ends: lone carriage returns")
	}
	s.Header = in.cells()
	for i, name := range s.Header {
		if fault := badText([]byte(name), s.charset); fault != "" {
			line, column := in.rec.place(int(in.extents[i].at))
			return in.failf(line, column, "%s", fault)
		}
	}
	if s.csv.fields, err = s.mapper.mapHeader(in, s.Header); err != nil {
		return err
	}
	for i, name := range s.Header {
		m := Mapped{Column: name}
		if f := s.csv.fields[i]; f >= 0 {
			m.Field = record.Fields()[f].Name
			if s.preset[f].given {
				return &InputError{File: "--set " + m.Field, Msg: fmt.Sprintf("the file has the column %q for it", name)}
			}
		}
		s.Mapping = append(s.Mapping, m)
	}
	s.noteAssigned()
	s.csv.code = slices.Index(s.Header, codeColumn)
	for s.csv.last = len(s.Header) - 1; s.csv.last >= 0; s.csv.last-- {
		if !IsOwnColumn(s.Header[s.csv.last]) && s.csv.fields[s.csv.last] != namelessColumn {
			break
		}
	}
	return nil
}

// csvReader reads the header, and over a line sep=X before it.
func (s *Source) csvReader(text io.Reader) (*csvReader, error) {
	in := newCSVReader(text, s.Name, s.csv.delimiter, s.options.LazyQuotes)
	if s.csv.hint {
		if _, err := in.read(); err != nil {
			return nil, err
		}
		in.columns, in.rec.index = 0, -2
	}
	_, err := in.read()
	return in, err
}
