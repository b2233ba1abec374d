package input

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const kindShortRow = "short_row"

// csvRows gives the cells of the rows to their fields.
type csvRows struct {
	*csvReader
	source *Source
	uses   []columnUse // of each column
	norm   *normalizer
	strict bool
	shape  shapeCounts
}

// shapeCounts are the rows of CSV that were accepted though they do not have the shape of the header.
type shapeCounts struct {
	empty   int // left out
	short   int // with empty cells in the place of those missing at the end
	surplus int // without the empty cells that they have too much
}

func (r *csvRows) read() (*rawRecord, error) {
	for {
		rec, err := r.csvReader.read()
		if err != nil {
			return nil, err
		}
		if r.isLeftOut() {
			continue
		}
		rec.index++
		rec.values, rec.key = r.source.constants, rec.key[:0]
		r.checkShape()
		r.checkLines()
		if len(rec.faults) == 0 {
			r.takeCells()
		}
		return rec, nil
	}
}

// isLeftOut reports whether the record is no row: empty, or the end-of-file mark of DOS.
func (r *csvRows) isLeftOut() bool {
	if r.isEndMark() {
		return true
	}
	if r.strict || len(r.rec.faults) > 0 || !r.isBlankRow() {
		return false
	}
	r.shape.empty++
	return true
}

// isEndMark recognizes the Ctrl-Z that DOS programs write behind the last line.
func (r *csvRows) isEndMark() bool { return !r.complete && bytes.Equal(r.rec.raw, []byte{0x1a}) }

func (r *csvRows) takeCells() {
	rec := &r.rec
	for i, use := range r.uses {
		if i == len(rec.cells) {
			return
		}
		c := &rec.cells[i]
		switch {
		case use.field >= 0:
			r.norm.take(&rec.values[use.field], use, c.at, r.text(c), c.flags)
		case use.field == namelessColumn && !isBlank(r.text(c)):
			rec.faults = append(rec.faults, fault{
				at: int(c.at), kind: "nameless_column", severity: BadFile,
				message: fmt.Sprintf("column %d has no name in the header but this cell has content; name the column, or leave it out with --ignore-columns ''", i+1),
				args:    []string{"--ignore-columns", ""},
			})
		}
	}
}

// checkShape finds rows that are empty, and those that have or had too few cells, or too many.
func (r *csvRows) checkShape() {
	rec, cells, columns := &r.rec, len(r.rec.cells), len(r.uses)
	switch {
	case cells == columns && len(rec.faults) == 0 && !r.isStillShort() && !r.strict:
	case r.isBlankRow():
		rec.fault(0, "empty_row", "the row is empty")
	case cells < columns && !r.complete:
		rec.fault(0, kindShortRow, fmt.Sprintf("the row has %d of %d cells and no line end: the file may be truncated", cells, columns))
	case cells < columns && (r.strict || r.missesEmail(cells)):
		rec.fault(0, kindShortRow, fmt.Sprintf("the row has %d of %d cells", cells, columns))
	case cells < columns:
		r.shape.short++
	case cells > columns && !r.strict && r.isBlankFrom(columns):
		r.shape.surplus++
	case cells > columns:
		message := fmt.Sprintf("the row has %d cells, %d more than the header", cells, cells-columns)
		if bytes.ContainsAny(rec.raw, "\u201c\u201d\u201e") {
			message += "; its quotes are typographic, and only straight ones keep a cell together"
		}
		rec.fault(int(rec.cells[columns].at), "long_row", message)
	case r.isStillShort():
		rec.fault(int(rec.cells[r.source.csv.last].at), kindShortRow,
			"the row was too short and its last cell is still empty: fill it, or empty the cell "+codeColumn+" if it is to be so")
	}
}

// checkLines finds rows that a missing quote has joined: the first line of the record and the last one look like rows, whereas a cell with
// line ends has parts of one row around it.
func (r *csvRows) checkLines() {
	rec := &r.rec
	if !r.multiline || len(rec.faults) > 0 {
		return
	}
	email := slices.IndexFunc(r.uses, func(use columnUse) bool { return use.field == record.Email && use.rank == 0 })
	lines := bytes.Split(rec.raw, []byte{rec.breaks})
	if email < 0 || len(lines) == 1 {
		return
	}
	addresses := 0
	for _, line := range [][]byte{lines[0], lines[len(lines)-1]} {
		cells := bytes.Split(line, []byte{r.dialect.delimiter})
		if len(cells) < len(r.uses) {
			return
		}
		switch text := strings.Trim(string(cells[email]), "\" \r"); {
		case isAddress(text):
			addresses++
		case text != "":
			return
		}
	}
	if addresses == 0 {
		return
	}
	joined := slices.IndexFunc(rec.cells, func(c cell) bool { return bytes.IndexByte(rec.raw[c.start:c.end], rec.breaks) >= 0 })
	rec.fault(int(rec.cells[joined].at), "merged_rows",
		fmt.Sprintf("the row goes on over %d lines, of which the first and the last look like rows themselves; close the quote that opens here, or double it if it is text", len(lines)))
}

// missesEmail reports whether the column of the email is among those that a short row lacks.
func (r *csvRows) missesEmail(cells int) bool {
	for _, use := range r.uses[cells:] {
		if use.field == record.Email && use.rank == 0 {
			return true
		}
	}
	return false
}

// isStillShort reports whether a row out of a file of rejects, which was filled up with empty cells, is as it was: it may have been
// cut off in the middle of an email.
func (r *csvRows) isStillShort() bool {
	code, last := r.source.csv.code, r.source.csv.last
	return code >= 0 && last >= 0 && code < len(r.rec.cells) && last < len(r.rec.cells) &&
		string(r.text(&r.rec.cells[code])) == kindShortRow && isBlank(r.text(&r.rec.cells[last]))
}

func (r *csvReader) isBlankRow() bool { return r.isBlankFrom(0) }

func (r *csvReader) isBlankFrom(column int) bool {
	for i := column; i < len(r.rec.cells); i++ {
		if !isBlank(r.text(&r.rec.cells[i])) {
			return false
		}
	}
	return true
}
