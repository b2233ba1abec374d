package output

import (
	"io"
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
	Headers []string
	Rows    [][]any
}

// sheets collects the sheets of records and passes them on at the end.
type sheets[T any] struct {
	printer *Printer[T]
	out     io.Writer
	sheet   func(T) []Section
	text    strings.Builder
}

func (e *sheets[T]) add(v T) error {
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

func (e *sheets[T]) end() ([]string, error) {
	_, err := io.WriteString(e.out, e.text.String())
	return nil, err
}

func (e *sheets[T]) abort() error { return nil }

// section adds one section; its lines are indented below a title.
func (e *sheets[T]) section(s Section, labels int) {
	indent := ""
	if s.Title != "" {
		e.text.WriteString(e.printer.paint(Escape(s.Title), Bold) + "\n")
		indent = "  "
	}
	for _, f := range s.Rows {
		label := Escape(f.Label) + strings.Repeat(" ", labels-displayWidth(Escape(f.Label))+gap)
		value := e.printer.paint(e.printer.text.display(f.Value), f.Color)
		e.text.WriteString(indent + e.printer.paint(label, Dim) + value + "\n")
	}
	if s.Table == nil {
		return
	}
	if len(s.Table.Rows) == 0 {
		e.text.WriteString(indent + "none\n")
		return
	}
	for line := range strings.Lines(layout(e.grid(s.Table))) {
		e.text.WriteString(indent + line)
	}
}

func (e *sheets[T]) grid(t *Grid) grid {
	var g grid
	for i, h := range t.Headers {
		g.align = append(g.align, alignOf(t.Rows, i))
		g.header = append(g.header, e.printer.paint(Escape(strings.ToUpper(h)), Bold))
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = e.printer.text.display(v)
		}
		g.rows = append(g.rows, cells)
	}
	return g
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
		case int, int64, float64, *int, *int64, *float64:
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
