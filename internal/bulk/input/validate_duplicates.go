package input

import (
	"context"
	"fmt"
	"math"
	"math/bits"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	kindEqualRow  = "equal_row"
	kindSameEmail = "same_email"
)

// findDuplicates puts the rows that repeat an earlier one into c.duplicates. Hashes of 64 bits tell which rows may be
// such, mostly none; a second pass over the input then compares those by 128 bits and knows their lines.
func (c *Checked) findDuplicates(ctx context.Context, dir string, repeated *hashFilter) error {
	if repeated == nil {
		return nil
	}
	keys := newSorter(dir, keyOrder())
	defer keys.close()
	check := newChecker(c.Source, c.rules, c.seeds)
	for rec, err := range c.Source.records() {
		if err = c.goOn(ctx, rec, err); err != nil {
			return err
		}
		if c.invalid.has(rec.index) {
			continue
		}
		if _, err := check.identify(rec); err != nil || !repeated.has(check.hash(rec)) {
			continue
		}
		if err := keys.add(check.keyed(rec)); err != nil {
			return err
		}
	}
	if err := keys.finish(); err != nil {
		return err
	}
	return c.compare(keys)
}

// repeatedHashes finds those that come twice; nil when none does.
func repeatedHashes(hashes *sorter[uint64], rows int) (*hashFilter, error) {
	if err := hashes.finish(); err != nil {
		return nil, err
	}
	var repeated *hashFilter
	last, started := uint64(0), false
	for hash, err := range hashes.all() {
		if err != nil {
			return nil, err
		}
		if started && hash == last {
			if repeated == nil {
				repeated = newHashFilter(rows)
			}
			repeated.add(hash)
		}
		last, started = hash, true
	}
	return repeated, nil
}

// hashFilter knows every hash that was added, and takes few others for known.
type hashFilter struct {
	set   []uint64
	shift int // the bits of a hash above it are its place in set
}

// newHashFilter takes 2 to 4 bytes for a row, 4 MiB at most.
func newHashFilter(rows int) *hashFilter {
	size := min(bits.Len(uint(rows))+4, 25)
	return &hashFilter{set: make([]uint64, max(1<<size/64, 1)), shift: 64 - size}
}

func (f *hashFilter) add(hash uint64) { f.set[hash>>f.shift/64] |= 1 << (hash >> f.shift % 64) }

func (f *hashFilter) has(hash uint64) bool { return f.set[hash>>f.shift/64]>>(hash>>f.shift%64)&1 == 1 }

// compare finds the rows behind the first one of each key.
func (c *Checked) compare(keys *sorter[keyed]) error {
	var first keyed
	started := false
	for k, err := range keys.all() {
		if err != nil {
			return err
		}
		if !started || k.hi != first.hi || k.lo != first.lo {
			first, started = k, true
			continue
		}
		d := duplicate{row: k.row, line: k.line, column: k.column, first: first.line, equal: k.payload == first.payload, spelt: k.spelt != first.spelt}
		if err := c.duplicates.add(d); err != nil {
			return err
		}
	}
	return c.duplicates.finish()
}

// problem says what the row repeats.
func (d duplicate) problem(rules Rules) Problem {
	p := Problem{
		Row: int(d.row), Line: int(d.line), Column: int(d.column), Kind: kindEqualRow, Severity: Warning,
	}
	if d.equal {
		but := ""
		if d.spelt {
			but = " but for the spelling of the email"
		}
		p.Message = fmt.Sprintf("the row is equal to the one on line %d%s; it is skipped", d.first, but)
		return p
	}
	p.Kind, p.Field = kindSameEmail, record.Fields()[record.Email].Name
	p.Message = fmt.Sprintf("line %d has the same email and other data", d.first)
	if rules.Duplicates == DuplicatesFirst {
		p.Message += "; this row is skipped"
	} else {
		p.Severity = BadFile
		p.Message += "; correct one of them, or keep the first with --duplicates first"
	}
	return p
}

// goOn ends a pass with its error, with the context, or when rows or lines cannot be counted any more.
func (c *Checked) goOn(ctx context.Context, rec *rawRecord, err error) error {
	switch {
	case err != nil:
		return err
	case rec.index%1024 == 0 && ctx.Err() != nil:
		return context.Cause(ctx)
	case rec.line == math.MaxUint32:
		return c.Source.refuse("there are more than %d lines", rec.line)
	}
	return nil
}
