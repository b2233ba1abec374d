package input

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	kindEqualRow  = "equal_row"
	kindSameEmail = "same_email"
)

// rowKey is 128 bits of hash of what no two rows may have in common: the email, or all fields of a row without one.
type rowKey struct{ hi, lo uint64 }

// firstRow is the first of the rows with a key.
type firstRow struct {
	row, line int
	payload   uint64 // hash of all fields, the email as it is folded
	spelling  uint64 // hash of the email as it stands
}

// duplicates knows the rows that have their key in common with others. It takes 8 bytes a row while the input is validated, and then
// as much as there are keys that several rows have.
type duplicates struct {
	seeds  [3]maphash.Seed // no input can be made to collide
	hashes []uint64        // rowKey.hi of every valid row, then of the keys that several have, sorted
	first  map[rowKey]firstRow
	rows   rowSet // those behind the first of their key
}

func newDuplicates() *duplicates {
	return &duplicates{seeds: [3]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed(), maphash.MakeSeed()}, first: map[rowKey]firstRow{}}
}

// add notes a valid row in the first pass over the input.
func (d *duplicates) add(c *checker, rec *rawRecord) {
	if n := len(d.hashes); n == cap(d.hashes) && n >= 1<<14 { // grow to what the file will hold, and not to twice as much
		rows := int64(n) * c.source.Size / max(c.source.Passed(), 1)
		d.hashes = slices.Grow(d.hashes, max(int(rows)-n, 0)+n/32+1024)
	}
	d.hashes = append(d.hashes, maphash.Bytes(d.seeds[0], c.identity(rec)))
}

// finish ends the first pass, and reports whether a second one has to look for duplicates.
func (d *duplicates) finish() bool {
	slices.Sort(d.hashes)
	var repeated []uint64
	for i := 1; i < len(d.hashes); i++ {
		if d.hashes[i] == d.hashes[i-1] && (len(repeated) == 0 || repeated[len(repeated)-1] != d.hashes[i]) {
			repeated = append(repeated, d.hashes[i])
		}
	}
	d.hashes = repeated
	return len(repeated) > 0
}

// find returns what a valid row repeats; nil when it is the first of its key.
func (d *duplicates) find(c *checker, rec *rawRecord, rules Rules) *Problem {
	id := c.identity(rec)
	key := rowKey{hi: maphash.Bytes(d.seeds[0], id)}
	if _, repeated := slices.BinarySearch(d.hashes, key.hi); !repeated {
		return nil
	}
	key.lo = maphash.Bytes(d.seeds[1], id)
	line, column := rec.place(0)
	email := &rec.values[record.Email]
	if email.given {
		line, column = rec.place(int(email.at))
	}
	this := firstRow{
		row: rec.index, line: line, payload: maphash.Bytes(d.seeds[2], c.payload(rec)), spelling: maphash.Bytes(d.seeds[2], email.text),
	}
	first, met := d.first[key]
	if !met {
		d.first[key] = this
	}
	if !met || first.row == rec.index {
		return nil
	}
	p := duplicateProblem(first, this, rules)
	p.File, p.Line, p.Column = c.source.Name, line, column
	return p
}

func duplicateProblem(first, this firstRow, rules Rules) *Problem {
	p := &Problem{Kind: kindSameEmail}
	if this.payload == first.payload {
		but := ""
		if this.spelling != first.spelling {
			but = " but for the spelling of the email"
		}
		p.Kind, p.Msg = kindEqualRow, fmt.Sprintf("the row is equal to the one on line %d%s; it is skipped", first.line, but)
		return p
	}
	p.Field, p.Msg = fieldName(record.Email), fmt.Sprintf("line %d has the same email and other data", first.line)
	if rules.Duplicates == DuplicatesFirst {
		p.Msg += "; this row is skipped"
		return p
	}
	p.Severity = BadFile
	p.Msg += "; correct one of them, or keep the first with --duplicates first"
	p.Args = []string{"--duplicates", DuplicatesFirst}
	return p
}

// findDuplicates looks for rows that repeat an earlier one, in a pass of its own over the input.
func (c *Checked) findDuplicates(ctx context.Context, found tally) error {
	check := newChecker(c.Source, c.rules)
	for rec, err := range c.records(allFields, nil) {
		if err = c.goOn(ctx, rec, err); err != nil {
			return err
		}
		if c.invalid.has(rec.index) || check.identify(rec) != nil {
			continue
		}
		if p := c.duplicates.find(check, rec, c.rules); p != nil {
			found.add(*p)
			c.Counts[record.DuplicateInFile]++
			c.duplicates.rows.add(rec.index)
		}
	}
	return nil
}

// identity is what no two rows may have in common.
func (c *checker) identity(rec *rawRecord) []byte {
	if len(rec.key) > 0 {
		return rec.key
	}
	return c.payload(rec)
}

// payload joins the fields so that two rows give the same bytes only when they are equal, whatever the spelling of an
// email.
func (c *checker) payload(rec *rawRecord) []byte {
	c.buf = c.buf[:0]
	for field, v := range rec.values {
		switch {
		case field == record.Email && len(rec.key) > 0:
			c.buf = append(c.buf, rec.key...)
		case v.given:
			c.buf = append(c.buf, v.text...)
		}
		c.buf = append(c.buf, 0) // no valid text holds it, and none that is given is empty
	}
	return c.buf
}

// rowSet is a set of rows; it takes memory only once something is in it.
type rowSet []uint64

func (b *rowSet) add(n int) {
	for len(*b) <= n/64 {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

func (b rowSet) has(n int) bool { return n/64 < len(b) && b[n/64]&(1<<(n%64)) != 0 }
