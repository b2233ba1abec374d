package output

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// gap is the space between two columns of a table.
const gap = 2

// grid is a table ready to be laid out: escaped, cut, coloured.
type grid struct {
	header []string // nil for none
	rows   [][]string
	align  []Align // per column; missing ones keep left
	width  []int   // per column, at least; nil for that of the cells
}

// displayWidth is the number of terminal columns that s takes: two for wide
// characters, none for combining ones and colour. layout counts the same way.
func displayWidth(s string) int { return text.StringWidthWithoutEscSequences(s) }

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
