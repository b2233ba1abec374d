package input

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/nearest"
)

// mapHeader gives the field of each column. Its error joins an *InputError for everything that is wrong.
func (m *mapper) mapHeader(in *csvReader, names []string) ([]int, error) {
	var problems []error
	fields := make([]int, len(names))
	feeds := map[int]string{}
	for i, name := range names {
		field, ok := m.column(name)
		fields[i] = field
		refuse := func(format string, args ...any) {
			line, column := in.rec.place(int(in.extents[i].at))
			problems = append(problems, in.failf(line, column, format, args...))
		}
		switch other, taken := feeds[field]; {
		case !ok:
			refuse("%s", unknownColumn(name))
		case field >= 0 && taken:
			hint := "leave one out with --ignore-columns"
			if foldName(other) == foldName(name) {
				hint = "rename one of them, or take it out of the file"
			}
			refuse("the columns %q and %q both give the field %s; %s", Clip(other), Clip(name), record.Fields()[field].Name, hint)
		case field >= 0:
			feeds[field] = name
		}
	}
	if missing := m.missingColumn(names); missing != "" {
		problems = append(problems, in.failf(in.rec.line, 0, "%s", missing))
	}
	return fields, errors.Join(problems...)
}

// missingColumn tells of a --map of a column that the file does not have.
func (m *mapper) missingColumn(names []string) string {
	var folded []string
	for _, name := range names {
		folded = append(folded, foldName(name))
	}
	for _, chosen := range slices.Sorted(maps.Keys(m.chosen)) {
		if slices.Contains(folded, chosen) {
			continue
		}
		missing := fmt.Sprintf("there is no column %s to map to %s", chosen, record.Fields()[m.chosen[chosen]].Name)
		if near := nearest.Match(chosen, folded); near != "" {
			return missing + ", did you mean " + near + "?"
		}
		return missing + "; the columns are " + Clip(strings.Join(names, ", "))
	}
	return ""
}
