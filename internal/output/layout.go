package output

import (
	"strings"
)

// grid is a table ready to be laid out: escaped, cut, coloured.
type grid struct {
	header []string // nil for none
	rows   [][]string
	align  []Align // per column; missing ones keep left
}

// displayWidth is the number of terminal columns that s takes.
func displayWidth(s string) int {
	n, escape := 0, false
	for _, r := range s {
		switch {
		case r == 0x1b:
			escape = true
		case escape:
			escape = r != 'm'
		default:
			n++
		}
	}
	return n
}

// layout returns the lines of g, each with its line end.
func layout(g grid) string {
	rows := g.rows
	if g.header != nil {
		rows = append([][]string{g.header}, rows...)
	}
	widths := make([]int, 0)
	for _, row := range rows {
		for i, cell := range row {
			for len(widths) <= i {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], displayWidth(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-displayWidth(cell))
			if i < len(g.align) && g.align[i] == AlignRight {
				cell, pad = pad, cell
			}
			line.WriteString(cell + pad)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
