package output

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// Section is a part of the sheet that shows one record to people.
type Section struct {
	Title string // "" for none
	Rows  []Field
	Table *Grid // below the rows; nil for none
}

// Field is one line of a section. Value is what Column.Value may return.
type Field struct {
	Label string
	Value any
	Color Color
}

// Grid is a small table inside a sheet. Without rows it says "none".
type Grid struct {
	Headers []string // in capitals up to a bracket: "amount (minor units)"
	Rows    [][]any
	Usual   int                               // columns that are shown unasked, from the first; 0 is all. -o wide shows the others
	Color   func(column int, value any) Color // of a cell; nil is plain
}

// sheets collects the sheets of records and passes them on at the end.
type sheets struct {
	printer *printer
	out     io.Writer
	sheet   func(any) []Section
	text    strings.Builder
}

func (e *sheets) add(v any) error {
	if e.text.Len() > 0 {
		e.text.WriteString("\n\n")
	}
	sections := e.sheet(v)
	labels := labelWidth(sections)
	for i, s := range sections {
		if i > 0 {
			e.text.WriteString("\n")
		}
		e.section(s, labels)
	}
	return nil
}

func (e *sheets) end() ([]string, error) {
	_, err := io.WriteString(e.out, e.text.String())
	return nil, err
}

func (e *sheets) abort() error { return nil }

// section adds one section; its lines are indented below a title.
func (e *sheets) section(s Section, labels int) {
	indent := ""
	if s.Title != "" {
		e.text.WriteString(e.printer.paint(Escape(s.Title), Bold) + "\n")
		indent = "  "
	}
	for _, f := range s.Rows {
		label := Escape(f.Label) + strings.Repeat(" ", labels-displayWidth(Escape(f.Label))+gap)
		value := e.printer.paint(e.printer.text.displayAlone(f.Value), f.Color)
		e.text.WriteString(indent + e.printer.paint(label, Dim) + value + "\n")
	}
	if s.Table == nil {
		return
	}
	if len(s.Table.Rows) == 0 {
		e.text.WriteString(indent + "none\n")
		return
	}
	g, hidden := e.grid(s.Table, len(indent))
	for line := range strings.Lines(layout(g)) {
		e.text.WriteString(indent + line)
	}
	if len(hidden) > 0 {
		for _, line := range Wrap("Hidden: "+strings.Join(hidden, ", ")+" (-o wide)", e.printer.options.Width-len(indent)) {
			e.text.WriteString(indent + e.printer.paint(line, Dim) + "\n")
		}
	}
}

// grid lays a table of the sheet out; columns that the terminal has no room for go from the right.
func (e *sheets) grid(t *Grid, indent int) (g grid, hidden []string) {
	columns := len(t.Headers)
	for _, row := range t.Rows {
		columns = max(columns, len(row))
	}
	titles := make([]string, columns)
	for i, h := range t.Headers {
		name, unit, _ := strings.Cut(h, " (")
		titles[i] = Escape(strings.ToUpper(name))
		if unit != "" {
			titles[i] += " (" + unit
		}
	}
	usual := columns
	if t.Usual > 0 && !e.printer.all {
		usual = min(t.Usual, columns)
	}
	cells := make([][]string, len(t.Rows))
	spans := make([]span, usual)
	for i := range spans {
		spans[i] = span{want: displayWidth(titles[i])}
		if i > 0 { // the first column says which row this is
			spans[i].drop = columns - i
		}
		for r, row := range t.Rows {
			cell := ""
			if i < len(row) {
				cell = e.printer.text.display(row[i])
			}
			spans[i].want = max(spans[i].want, displayWidth(cell))
			if t.Color != nil && i < len(row) {
				cell = e.printer.paint(cell, t.Color(i, row[i]))
			}
			cells[r] = append(cells[r], cell)
		}
	}
	fit := fitColumns(spans, e.room(indent))
	g.rows = make([][]string, len(cells))
	for _, i := range fit.shown {
		g.align = append(g.align, alignOf(t.Rows, i))
		g.header = append(g.header, e.printer.paint(titles[i], Bold))
		for r := range cells {
			g.rows[r] = append(g.rows[r], cells[r][i])
		}
	}
	for _, i := range slices.Backward(fit.hidden) {
		hidden = append(hidden, titles[i])
	}
	return g, append(hidden, titles[usual:]...)
}

// room is what the terminal leaves beside the indent, 0 for any.
func (e *sheets) room(indent int) int {
	if e.printer.fit == 0 {
		return 0
	}
	return max(e.printer.fit-indent, 1)
}

// alignOf is right for a column of numbers and nulls.
func alignOf(rows [][]any, column int) Align {
	align := AlignLeft
	for _, row := range rows {
		if column >= len(row) {
			continue
		}
		switch row[column].(type) {
		case nil:
		case int, int64, float64, *int, *int64, *float64, json.Number:
			align = AlignRight
		default:
			return AlignLeft
		}
	}
	return align
}

func labelWidth(sections []Section) int {
	widest := 0
	for _, s := range sections {
		for _, f := range s.Rows {
			widest = max(widest, displayWidth(Escape(f.Label)))
		}
	}
	return widest
}
