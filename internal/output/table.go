package output

import (
	"io"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// streamedRows is how many rows of a streamed table are laid out together. The first ones decide about the widths.
const streamedRows = 100

// tableRows collects the rows of a table and passes them on at the end, or streams them in pieces.
type tableRows struct {
	printer *printer
	out     io.Writer
	rows    [][]string // not printed yet
	colors  [][]Color  // of rows; unused without colour
	fit     *fitted    // once a piece is printed
}

// newTable shows records that were asked for by name as detail views, others as rows.
func newTable(p *printer, w io.Writer, doc document) encoder {
	if doc.detail != nil && len(p.options.Columns) == 0 {
		return &detailViews{printer: p, out: w, detail: doc.detail}
	}
	return &tableRows{printer: p, out: w}
}

func (e *tableRows) add(v any) error {
	row := make([]string, len(e.printer.columns))
	for i, c := range e.printer.columns {
		row[i] = e.printer.text.display(c.Value(v))
	}
	e.rows = append(e.rows, row)
	if e.printer.painter {
		e.colors = append(e.colors, e.paints(v))
	}
	if e.printer.options.Stream && len(e.rows) == streamedRows {
		return e.flush()
	}
	return nil
}

// flush prints the rows, below a header before the first ones.
func (e *tableRows) flush() error {
	if len(e.rows) == 0 {
		return nil // as kubectl and gh do: a header without rows says nothing
	}
	first := e.fit == nil
	if first {
		fit := fitColumns(e.measure(), e.printer.fit)
		e.fit = &fit
	}
	_, err := io.WriteString(e.out, layout(e.grid(*e.fit, first)))
	e.rows, e.colors = e.rows[:0], e.colors[:0]
	return err
}

func (e *tableRows) paints(v any) []Color {
	colors := make([]Color, len(e.printer.columns))
	for i, c := range e.printer.columns {
		if c.Color != nil {
			colors[i] = c.Color(v)
		}
	}
	return colors
}

func (e *tableRows) end() ([]string, error) {
	if err := e.flush(); err != nil || e.fit == nil {
		return nil, err
	}
	hidden := e.titles(e.fit.hidden)
	slices.Reverse(hidden)
	return hidden, nil
}

func (e *tableRows) abort() error {
	if e.printer.options.Stream {
		return e.flush()
	}
	return nil
}

// measure returns the preferred and the least width of every column.
func (e *tableRows) measure() []span {
	spans := make([]span, len(e.printer.columns))
	for i, c := range e.printer.columns {
		title := 0
		if !e.printer.options.NoHeaders {
			title = DisplayWidth(c.title())
		}
		s := span{want: title, least: max(c.least(), title), tight: max(c.tight(), title), fit: c.Fit, drop: c.Drop}
		if slices.Contains(e.printer.options.Keep, c.Name) {
			s.drop = math.MaxInt32 // the last one to go
		}
		for _, row := range e.rows {
			s.want = max(s.want, DisplayWidth(row[i]))
		}
		if e.printer.options.Widths != nil {
			s.want = max(s.want, e.printer.options.Widths[c.Name])
			e.printer.options.Widths[c.Name] = s.want
		}
		spans[i] = s
	}
	return spans
}

// grid cuts the cells of the columns that stay to their widths. Where nothing has to fit, a later row of a streamed table
// may be wider than the first ones.
func (e *tableRows) grid(fit fitted, header bool) grid {
	var g grid
	for _, i := range fit.shown {
		c := e.printer.columns[i]
		g.align = append(g.align, c.Align)
		if e.printer.options.Stream || e.printer.options.Widths != nil {
			g.width = append(g.width, fit.width[i])
		}
		if header && !e.printer.options.NoHeaders {
			g.header = append(g.header, e.printer.paint(c.title(), Bold))
		}
	}
	for r, row := range e.rows {
		cells := make([]string, 0, len(fit.shown))
		for _, i := range fit.shown {
			cell := row[i]
			if e.printer.fit > 0 {
				cell = cut(cell, fit.width[i], e.printer.columns[i].Fit)
			}
			if e.printer.painter {
				cell = e.printer.paint(cell, e.colors[r][i])
			}
			cells = append(cells, cell)
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

func (e *tableRows) titles(columns []int) []string {
	var all []string
	for _, i := range columns {
		all = append(all, e.printer.columns[i].title())
	}
	return all
}

// gap is the space between two columns of a table.
const gap = 2

// grid is a table ready to be laid out: escaped, cut, coloured.
type grid struct {
	header []string // nil for none
	rows   [][]string
	align  []Align // per column; missing ones keep left
	width  []int   // per column, at least; nil for that of the cells
}

// layout returns the lines of g, each with its line end and without trailing
// blanks. Cells must be escaped already: the library passes everything on.
func layout(g grid) string {
	t := table.NewWriter()
	t.SetStyle(table.Style{Box: table.BoxStyle{PaddingRight: strings.Repeat(" ", gap)}})
	t.SuppressTrailingSpaces()
	configs := make([]table.ColumnConfig, len(g.align))
	for i, a := range g.align {
		configs[i].Number = i + 1
		if g.width != nil {
			configs[i].WidthMin = g.width[i]
		}
		if a == AlignRight {
			configs[i].Align, configs[i].AlignHeader = text.AlignRight, text.AlignRight
		}
	}
	t.SetColumnConfigs(configs)
	if g.header != nil {
		t.AppendHeader(tableRow(g.header))
	}
	for _, cells := range g.rows {
		t.AppendRow(tableRow(cells))
	}
	return t.Render() + "\n"
}

func tableRow(cells []string) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = cell
	}
	return row
}
