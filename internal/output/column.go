package output

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/nearest"
)

// Column is one attribute of a record in table, wide, csv and tsv.
type Column[T any] struct {
	// Name is the API's name of the attribute: the selector in --columns and
	// the header in csv and tsv. The column named "id" is what -o id prints.
	Name  string
	Title string // header of a table, shown in capitals up to a bracket; "" derives it from Name
	Sets  Sets   // the formats that show the column unasked; 0 is Default and CSV
	Align Align  // of cells and header
	Fit   Fit    // how a narrow terminal treats the cells
	Min   int    // width below which cells are not cut before columns go; 0 is 10, or 20 for FitMiddle
	Tight int    // width to which FitEnd cuts when the columns up to LastEarlyDrop are gone; 0 is Min
	Drop  int    // a narrow terminal drops columns from 1 upwards, then those with a Fit; 0 with FitWhole is never dropped
	// Value returns the attribute: a string, bool, int, int64, float64 or
	// Time, a pointer to one of these, a fmt.Stringer, or nil. Null is an
	// empty cell in csv and tsv and "-" in a table.
	Value func(T) any
	Color func(T) Color // of the cell in a table; nil is plain
}

// LastEarlyDrop is the last Drop of the columns that go before cells are cut to their Tight width.
const LastEarlyDrop = 9

// Sets says which formats show a column unasked.
type Sets uint8

// The sets of columns; combine them with |.
const (
	Default Sets = 1 << iota // table and wide
	Wide                     // wide only
	CSV                      // csv and tsv
	Named                    // none: --columns names it, or -o id prints it
)

// Align is the side of its column that a cell keeps to.
type Align int

// Text keeps left, numbers keep right.
const (
	AlignLeft Align = iota
	AlignRight
)

// Fit is what a table may do to a cell when the terminal is too narrow.
type Fit int

// The ways to shorten a cell. Columns with FitEnd are shortened first.
const (
	FitWhole  Fit = iota // never cut
	FitEnd               // cut at the end
	FitMiddle            // cut in the middle; the domain of an address stays
)

// ColumnNames lists the selectors of cols, for completion and help.
func ColumnNames[T any](cols []Column[T]) []string {
	all := make([]string, len(cols))
	for i, c := range cols {
		all[i] = c.Name
	}
	return all
}

// column is a Column without the type of its record: its functions get a pointer to that.
type column = Column[any]

// recordOf returns the record that a function of a column or a detail view got a pointer to.
func recordOf[T any](record any) T { return *record.(*T) } //nolint:errcheck // the printer hands out nothing else

// erase returns the columns of a record as those of a pointer to one.
func erase[T any](cols []Column[T]) []column {
	all := make([]column, len(cols))
	for i, c := range cols {
		all[i] = ColumnOf(c, recordOf[T])
	}
	return all
}

// title is in capitals up to a bracket: AMOUNT (minor units).
func (c Column[T]) title() string {
	name, unit, _ := strings.Cut(cmp.Or(c.Title, strings.ReplaceAll(c.Name, "_", " ")), " (")
	if unit != "" {
		unit = " (" + unit
	}
	return Escape(strings.ToUpper(name) + unit)
}

func (c Column[T]) sets() Sets { return cmp.Or(c.Sets, Default|CSV) }

// ColumnOf returns the column of a part as a column of the whole record.
func ColumnOf[T, P any](c Column[P], part func(T) P) Column[T] {
	whole := Column[T]{Name: c.Name, Title: c.Title, Sets: c.Sets, Align: c.Align, Fit: c.Fit, Min: c.Min, Tight: c.Tight, Drop: c.Drop}
	value, color := c.Value, c.Color
	whole.Value = func(record T) any { return value(part(record)) }
	if color != nil {
		whole.Color = func(record T) Color { return color(part(record)) }
	}
	return whole
}

// least is the width below which the cells are not cut before columns go.
func (c Column[T]) least() int {
	switch {
	case c.Min > 0:
		return c.Min
	case c.Fit == FitMiddle:
		return 20
	}
	return 10
}

// tight is the width below which the cells are never cut.
func (c Column[T]) tight() int { return cmp.Or(c.Tight, c.least()) }

func hasColumn(cols []column, name string) bool {
	return slices.ContainsFunc(cols, func(c column) bool { return c.Name == name })
}

// selectColumns returns the columns that format f shows. Each of picks is one
// value of --columns: names replace the format's own columns, a first name
// with "+" adds to them, "*" stands for all.
func selectColumns(f Format, picks []string, cols []column) ([]column, error) {
	if len(picks) == 0 {
		return defaultColumns(f, cols), nil
	}
	if !f.Columns {
		valid := names(slices.DeleteFunc(encodings(), func(e encoding) bool { return !e.Columns }))
		return nil, InvalidOption("--columns", "needs a format with columns, not -o "+f.Name, valid, "")
	}
	var chosen []column
	for i, name := range splitPicks(picks) {
		base, plus := strings.CutPrefix(name, "+")
		if plus && i == 0 {
			chosen = defaultColumns(f, cols)
		}
		found, err := findColumns(base, cols)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if base != "*" {
				c.Drop = 0 // a column that was asked for stays
			}
			if i := slices.IndexFunc(chosen, func(other column) bool { return other.Name == c.Name }); i >= 0 {
				chosen[i].Drop = min(chosen[i].Drop, c.Drop)
				continue
			}
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return nil, InvalidOption("--columns", "names no column", ColumnNames(cols), "")
	}
	return chosen, nil
}

func defaultColumns(f Format, cols []column) []column {
	sets := CSV
	switch f.Name {
	case "table":
		sets = Default
	case "wide":
		sets = Default | Wide
	case "id":
		return slices.DeleteFunc(slices.Clone(cols), func(c column) bool { return c.Name != "id" })
	}
	return slices.DeleteFunc(slices.Clone(cols), func(c column) bool { return c.sets()&sets == 0 })
}

func splitPicks(picks []string) []string {
	var all []string
	for name := range strings.SplitSeq(strings.Join(picks, ","), ",") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// findColumns finds the column that a user calls name: by its name, or by the
// title seen in a table, without regard to case or to - against _.
func findColumns(name string, cols []column) ([]column, error) {
	if name == "*" {
		return cols, nil
	}
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }
	for _, called := range []func(column) string{func(c column) string { return c.Name }, column.title} {
		for _, c := range cols {
			if fold(called(c)) == fold(name) {
				return []column{c}, nil
			}
		}
	}
	valid := ColumnNames(cols)
	return nil, InvalidOption("--columns", fmt.Sprintf("unknown column %.100q", name), valid, nearest.Match(fold(name), valid))
}
