package input

import (
	"fmt"
)

const kindShortRow = "short_row"

// csvRows puts the cells of the rows in the places of their fields.
type csvRows struct {
	*csvReader
	source *Source
	fields []int // of each column
}

func (r csvRows) read() (*rawRecord, error) {
	rec, err := r.csvReader.read()
	if err != nil {
		return nil, err
	}
	rec.values, rec.cells = r.source.preset, len(r.extents)
	if r.checkShape(); len(rec.faults) > 0 {
		return rec, nil
	}
	for i, field := range r.fields {
		c := &r.extents[i]
		switch {
		case field >= 0:
			r.source.take(&rec.values[field], c, r.text(c))
		case field == namelessColumn && !isBlank(r.text(c)):
			rec.faults = append(rec.faults, fault{
				at: int(c.at), kind: "nameless_column", severity: BadFile,
				message: fmt.Sprintf("column %d has no name in the header but this cell is filled", i+1),
			})
		}
	}
	return rec, nil
}

// take gives a field the text of a cell as it is sent: without the guard, and left out when it is blank or the null
// token.
func (s *Source) take(v *value, c *extent, text []byte) {
	v.at, v.flags = c.at, c.flags
	if len(text) > 0 && text[0] == '\'' && !s.options.Raw && isGuarded(text) {
		text, v.flags = text[1:], v.flags|unguarded
	}
	v.text = text
	v.given = !isBlank(text) && (s.options.NullToken == "" || string(text) != s.options.NullToken)
}

// checkShape finds rows that are empty, and those that have or had too few cells, or too many.
func (r csvRows) checkShape() {
	rec, cells, columns := &r.rec, len(r.extents), len(r.fields)
	switch {
	case r.isBlankRow():
		rec.fault(0, "empty_row", "the row is empty")
	case cells < columns && !r.complete:
		rec.fault(0, kindShortRow, fmt.Sprintf("the row has %d of %d cells and no line end: the file may be truncated", cells, columns))
	case cells < columns:
		rec.fault(0, kindShortRow, fmt.Sprintf("the row has %d of %d cells", cells, columns))
	case cells > columns:
		rec.fault(int(r.extents[columns].at), "long_row",
			fmt.Sprintf("the row has %d cells, %d more than the header", cells, cells-columns))
	case r.isStillShort():
		rec.fault(int(r.extents[r.source.csv.last].at), kindShortRow,
			"the row was too short and its last cell is still empty: fill it, or empty the cell "+codeColumn+" if it is to be so")
	}
}

// isStillShort tells that a row out of a file of rejects, which was filled up with empty cells, is as it was: it may have been
// cut off in the middle of an email.
func (r csvRows) isStillShort() bool {
	code, last := r.source.csv.code, r.source.csv.last
	return code >= 0 && last >= 0 && string(r.text(&r.extents[code])) == kindShortRow && isBlank(r.text(&r.extents[last]))
}

func (r csvRows) isBlankRow() bool {
	for i := range r.extents {
		if !isBlank(r.text(&r.extents[i])) {
			return false
		}
	}
	return true
}
