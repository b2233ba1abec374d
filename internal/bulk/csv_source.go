package bulk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// csvLayout is what the head of a CSV file told.
type csvLayout struct {
	delimiter byte
	hint      bool  // the first line is sep=X
	fields    []int // of each column: a field, ignoredColumn or namelessColumn
}

// openCSV reads the header.
func (s *Source) openCSV(head []byte, o ReadOptions) error {
	if err := s.detectDelimiter(head, o.Delimiter); err != nil {
		return err
	}
	text, _, err := s.text()
	if err != nil {
		return err
	}
	in := newCSVReader(text, s.Name, s.csv.delimiter, o.LazyQuotes)
	header, err := s.readHeader(in)
	if errors.Is(err, io.EOF) {
		return s.refuse("there is no header row; the first line has to name the columns, such as email,company_name")
	}
	if err != nil {
		return err
	}
	if in.rec.breaks == '\r' {
		s.note("line ends: lone carriage returns")
	}
	if err := s.checkHeader(header); err != nil {
		return err
	}
	if s.csv.fields, err = s.mapper.mapHeader(s.Name, header); err != nil {
		return err
	}
	for i, cell := range header.cells {
		m := Mapped{Column: string(cell.text)}
		if f := s.csv.fields[i]; f >= 0 {
			m.Field = Fields()[f].Name
			if s.preset[f].given {
				return &InputError{File: "--set " + m.Field, Msg: fmt.Sprintf("the file has the column %q for it", m.Column)}
			}
		}
		s.Header, s.Mapping = append(s.Header, m.Column), append(s.Mapping, m)
	}
	return nil
}

// readHeader reads over a line sep=X.
func (s *Source) readHeader(in *csvReader) (*record, error) {
	header, err := in.read()
	if err == nil && s.csv.hint {
		in.columns, in.rec.index = 0, -2
		header, err = in.read()
	}
	return header, err
}

// checkHeader refuses bytes that cannot be in a name.
func (s *Source) checkHeader(header *record) error {
	for _, cell := range header.cells {
		if fault := badText(cell.text, cell.flags, s.charset); fault != "" {
			line, column := header.place(cell.at)
			return &InputError{File: s.Name, Line: line, Column: column, Msg: fault}
		}
	}
	return nil
}

// csvReader reads from the first row on.
func (s *Source) csvReader(text io.Reader) (reader, error) {
	in := newCSVReader(text, s.Name, s.csv.delimiter, s.options.LazyQuotes)
	if _, err := s.readHeader(in); err != nil {
		return nil, err
	}
	return &csvRows{csvReader: in, source: s}, nil
}

// csvRows puts the cells of the rows in the places of their fields.
type csvRows struct {
	*csvReader
	source *Source
}

func (r *csvRows) read() (*record, error) {
	rec, err := r.csvReader.read()
	if err != nil {
		return nil, err
	}
	rec.values = r.source.preset
	fields := r.source.csv.fields
	if !r.checkShape(rec, len(fields)) {
		return rec, nil
	}
	for i, cell := range rec.cells {
		switch field := fields[i]; {
		case field >= 0:
			rec.values[field] = r.source.value(cell)
		case field == namelessColumn && len(bytes.TrimSpace(cell.text)) > 0:
			rec.faults = append(rec.faults, fault{
				at: cell.at, kind: "nameless_column", severity: BadFile,
				message: fmt.Sprintf("column %d has no name in the header but this cell is filled", i+1),
			})
		}
	}
	return rec, nil
}

// checkShape finds rows that are empty, and those with too few or too many cells.
func (r *csvRows) checkShape(rec *record, columns int) bool {
	blank := true
	for _, cell := range rec.cells {
		blank = blank && isBlank(cell.text)
		if len(cell.text) > maxCellBytes {
			rec.fault(cell.at, "long_cell", fmt.Sprintf("the cell has %d bytes, more than 64 KiB", len(cell.text)))
		}
	}
	switch cells := len(rec.cells); {
	case blank:
		rec.fault(0, "empty_row", "the row is empty")
	case cells < columns && !r.complete:
		rec.fault(0, "short_row", fmt.Sprintf("the row has %d of %d cells and no line end: the file may be truncated", cells, columns))
	case cells < columns:
		rec.fault(0, "short_row", fmt.Sprintf("the row has %d of %d cells", cells, columns))
	case cells > columns:
		rec.fault(rec.cells[columns].at, "long_row", fmt.Sprintf("the row has %d cells, %d more than the header", cells, cells-columns))
	}
	return len(rec.faults) == 0
}

// value is the cell as it is sent: without the guard, and left out when it is blank or the null token.
func (s *Source) value(c cell) value {
	v := value{text: c.text, at: c.at, flags: c.flags}
	if !s.options.Raw && isGuarded(v.text) {
		v.text, v.flags = v.text[1:], v.flags|unguarded
	}
	v.given = !isBlank(v.text) && !(s.options.NullToken != "" && string(v.text) == s.options.NullToken)
	return v
}
