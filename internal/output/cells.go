package output

// cells reads the attributes of one record after another as text for csv, tsv
// and id. The slice it hands out is used again for the next record.
type cells[T any] struct {
	columns []Column[T]
	text    formatter
	guard   func(string) string // changes every cell that needs it; nil for none
	buf     []byte
	ends    []int
	fields  []string
}

// newCells reads the columns of p, raw for a pipe and guarded where the printer
// is told to. On a terminal they are escaped, so that a look at the data cannot
// drive it.
func newCells[T any](p *Printer[T]) cells[T] {
	c := cells[T]{
		columns: p.columns, text: p.text, guard: p.guard,
		ends: make([]int, len(p.columns)), fields: make([]string, len(p.columns)),
	}
	if p.width > 0 {
		c.guard = Escape
	}
	return c
}

// header is the header line of csv and tsv, nil for none.
func (p *Printer[T]) header() []string {
	if !p.headers {
		return nil
	}
	return ColumnNames(p.columns)
}

// read returns the cells of v. All of them share one string, which costs one
// allocation instead of one per cell.
func (c *cells[T]) read(v T) []string {
	c.buf = c.buf[:0]
	for i := range c.columns {
		c.buf = c.text.append(c.buf, c.columns[i].Value(v))
		c.ends[i] = len(c.buf)
	}
	all, start := string(c.buf), 0
	for i, end := range c.ends {
		c.fields[i] = all[start:end]
		if c.guard != nil {
			c.fields[i] = c.guard(c.fields[i])
		}
		start = end
	}
	return c.fields
}
