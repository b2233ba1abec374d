package output

import (
	"encoding/json"
	"io"
	"strings"
)

// Section is a part of the detail view that shows one record to people.
type Section struct {
	Title string // "" for none
	Rows  []Field
	Table *DetailTable // below the rows; nil for none
}

// Field is one line of a section. Value is what Column.Value may return.
type Field struct {
	Label string
	Value any
	Color Color
}

// DetailTable is a small table inside a detail view. Without rows it says "none".
type DetailTable struct {
	Headers []string
	Rows    [][]any                           // each as long as Headers
	Usual   int                               // columns that are shown unasked, from the first; 0 is all. -o wide shows the others
	Others  []string                          // what only -o json shows
	Color   func(column int, value any) Color // of a cell; nil is plain
}

// detailViews collects the detail views of records and passes them on at the end.
type detailViews struct {
	printer *printer
	out     io.Writer
	detail  func(any) []Section
	text    strings.Builder
}

func (e *detailViews) add(v any) error {
	if e.text.Len() > 0 {
		e.text.WriteString("\n\n")
	}
	sections := e.detail(v)
	labels := labelWidth(sections)
	for i, s := range sections {
		if i > 0 {
			e.text.WriteString("\n")
		}
		e.section(s, labels)
	}
	return nil
}

func (e *detailViews) end() ([]string, error) {
	_, err := io.WriteString(e.out, e.text.String())
	return nil, err
}

func (e *detailViews) abort() error { return nil }

// section adds one section; its lines are indented below a title.
func (e *detailViews) section(s Section, labels int) {
	indent := ""
	if s.Title != "" {
		e.text.WriteString(e.printer.paint(Escape(s.Title), Bold) + "\n")
		indent = "  "
	}
	for _, f := range s.Rows {
		label := Escape(f.Label) + strings.Repeat(" ", labels-DisplayWidth(Escape(f.Label))+gap)
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
	text, hidden := e.table(s.Table, len(indent))
	for line := range strings.Lines(text) {
		e.text.WriteString(indent + line)
	}
	e.hidden(hidden, "wide", indent)
	e.hidden(s.Table.Others, "json", indent)
}

// hidden names the first of the columns that a format would show.
func (e *detailViews) hidden(columns []string, format, indent string) {
	const most = 10
	if len(columns) == 0 {
		return
	}
	text := "Hidden: " + Escape(strings.Join(columns[:min(len(columns), most)], ", "))
	if len(columns) > most {
		text += " and " + Number(len(columns)-most) + " more"
	}
	for _, line := range Wrap(text+" (-o "+format+")", e.printer.options.Width-len(indent)) {
		e.text.WriteString(indent + e.printer.paint(line, Dim) + "\n")
	}
}

// table lays a table of a detail view out; columns that the terminal has no room for go from the right.
func (e *detailViews) table(t *DetailTable, indent int) (text string, hidden []string) {
	p := *e.printer
	p.options, p.columns = Options{}, nil
	if p.fit > 0 {
		p.fit = max(p.fit-indent, 1)
	}
	var unusual []string
	for i, header := range t.Headers {
		c := column{Title: header, Align: alignOf(t.Rows, i), Value: func(row any) any { return recordOf[[]any](row)[i] }}
		if i > 0 { // the first column says which row this is
			c.Drop = len(t.Headers) - i
		}
		if t.Color != nil {
			c.Color = func(row any) Color { return t.Color(i, recordOf[[]any](row)[i]) }
		}
		if t.Usual > 0 && i >= t.Usual && !p.all {
			unusual = append(unusual, c.title())
			continue
		}
		p.columns = append(p.columns, c)
	}
	var b strings.Builder
	rows := tableRows{printer: &p, out: &b}
	for _, row := range t.Rows {
		_ = rows.add(&row) // a builder takes everything
	}
	hidden, _ = rows.end()
	return b.String(), append(hidden, unusual...)
}

// alignOf is right for a column of numbers and nulls.
func alignOf(rows [][]any, column int) Align {
	align := AlignLeft
	for _, row := range rows {
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
			widest = max(widest, DisplayWidth(Escape(f.Label)))
		}
	}
	return widest
}
