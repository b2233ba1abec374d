package bulk

import "fmt"

const (
	kindEqualRow  = "equal_row"
	kindSameEmail = "same_email"
)

// findDuplicates puts the rows that repeat an earlier one into c.duplicates.
func (c *Checked) findDuplicates(keys *index, found *tally) error {
	if err := keys.sort(); err != nil {
		return err
	}
	var first indexed
	started := false
	for e, err := range keys.all() {
		if err != nil {
			return err
		}
		if !started || e.hi != first.hi || e.lo != first.lo {
			first, started = e, true
			continue
		}
		if err := c.duplicates.add(newDuplicate(e, first)); err != nil {
			return err
		}
		c.Counts[DuplicateInFile]++
	}
	if err := c.duplicates.sort(); err != nil {
		return err
	}
	for d, err := range c.duplicates.all() {
		if err != nil {
			return err
		}
		found.add(c.duplicateProblem(d))
	}
	return nil
}

// newDuplicate is an entry in the index of duplicates: in the order of rows, with the line of the first row of its kind
// and whether both are equal in all fields.
func newDuplicate(e, first indexed) indexed {
	d := indexed{hi: uint64(e.row), lo: uint64(first.line) << 1, more: e.more, row: e.row, line: e.line}
	if payload(e) == payload(first) {
		d.lo |= 1
	}
	return d
}

func duplicateRow(d indexed) int { return int(d.row) }

func (c *Checked) duplicateProblem(d indexed) Problem {
	p := Problem{
		Row: int(d.row), Line: int(d.line), Column: column(d), Kind: kindEqualRow, Severity: Warning,
		Message: fmt.Sprintf("the row is equal to the one on line %d; it is skipped", d.lo>>1),
	}
	if d.lo&1 != 0 {
		return p
	}
	p.Kind, p.Field = kindSameEmail, "email"
	p.Message = fmt.Sprintf("line %d has the same email and other data", d.lo>>1)
	if c.rules.Duplicates == DuplicatesFirst {
		p.Message += "; this row is skipped"
	} else {
		p.Severity = BadFile
		p.Message += "; correct one of them, or keep the first with --duplicates first"
	}
	return p
}

// payload is the part of an entry that is equal when the rows are equal in all fields, column where its email stands.
func payload(e indexed) uint64 { return e.more >> 16 }

func column(e indexed) int { return int(e.more & 0xffff) }
