package bulk

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/nearest"
)

// mapHeader gives the field of each column. Its error joins an *InputError for everything that is wrong.
func (m *mapper) mapHeader(file string, header *record) ([]int, error) {
	var problems []error
	refuse := func(at int, format string, args ...any) {
		line, column := header.place(at)
		problems = append(problems, &InputError{File: file, Line: line, Column: column, Msg: fmt.Sprintf(format, args...)})
	}
	fields := make([]int, len(header.cells))
	feeds := map[int]string{}
	for i, cell := range header.cells {
		name := string(cell.text)
		field, ok := m.column(name)
		fields[i] = field
		switch other, taken := feeds[field]; {
		case !ok:
			refuse(cell.at, "%s", unknownColumn(name))
		case field >= 0 && taken:
			refuse(cell.at, "the columns %q and %q both give the field %s; leave one out with --ignore-columns",
				other, name, Fields()[field].Name)
		case field >= 0:
			feeds[field] = name
		}
	}
	if err := m.missingColumn(file, header); err != nil {
		problems = append(problems, err)
	}
	return fields, errors.Join(problems...)
}

// missingColumn refuses a --map of a column that the file does not have.
func (m *mapper) missingColumn(file string, header *record) error {
	var names, folded []string
	for _, cell := range header.cells {
		names = append(names, strings.TrimSpace(string(cell.text)))
		folded = append(folded, foldName(string(cell.text)))
	}
next:
	for chosen, field := range m.chosen {
		for _, name := range folded {
			if name == chosen {
				continue next
			}
		}
		msg := fmt.Sprintf("there is no column %s to map to %s; the columns are %s", chosen, Fields()[field].Name, strings.Join(names, ", "))
		if near := nearest.Match(chosen, folded); near != "" {
			msg = fmt.Sprintf("there is no column %s to map to %s, did you mean %s?", chosen, Fields()[field].Name, near)
		}
		return &InputError{File: file, Line: header.line, Msg: msg}
	}
	return nil
}
