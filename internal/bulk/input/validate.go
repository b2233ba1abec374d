package input

import (
	"context"
	"errors"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// What Rules say of rows with the same email.
const (
	DuplicatesError = "error" // refuse the file, unless the rows are equal in all fields
	DuplicatesFirst = "first" // keep the first
)

// Rules are the choices of the user on what is valid.
type Rules struct {
	AllowNoEmail        bool   // rows without email are valid
	Strict              bool   // unknown country, currency, locale or time zone: the row is invalid
	SkipInvalid         bool   // invalid rows do not keep the others from being sent
	CaseSensitiveEmails bool   // A@example.com and a@example.com are different
	Duplicates          string // DuplicatesError, which is also "", or DuplicatesFirst
	Clone               bool   // rows are clones: a company name is due, and only it and an email can be given
}

// Checked is an input of which every row was looked at.
type Checked struct {
	Rows      int
	Counts    map[record.State]int // of Pending, Invalid and DuplicateInFile
	Groups    []Group              // everything found, the gravest first
	Unguarded int                  // cells from which the apostrophe of Guard was taken off

	Source     *Source
	rules      Rules
	seeds      seeds
	duplicates *sorter[duplicate]
	Widest     int // cells of the widest row that is not as wide as the header, 0 for none
	invalid    rowSet
	repeating  rowSet // those that are in duplicates
}

// Validate reads the whole input and checks every row, in memory that does not grow with the input; what has to be
// remembered of many rows goes to a temporary file in dir, which [Checked.Close] removes. Bad rows, and an input that
// cannot be read to its end, are no errors but Groups, see [Checked.Err]; errors are those of the system, of the context,
// or *InputError for options that do not go with the input.
func Validate(ctx context.Context, s *Source, dir string, rules Rules) (*Checked, error) {
	if rules.Duplicates != "" && rules.Duplicates != DuplicatesError && rules.Duplicates != DuplicatesFirst {
		return nil, &InputError{File: "--duplicates", Msg: fmt.Sprintf("%q is not known; say error or first", rules.Duplicates)}
	}
	c := &Checked{
		Source: s, rules: rules, Counts: map[record.State]int{}, seeds: newSeeds(), duplicates: newSorter(dir, duplicateOrder()),
	}
	if err := c.validate(ctx, dir); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Checked) validate(ctx context.Context, dir string) error {
	found := tally{groups: map[groupKey]*Group{}}
	repeated, err := c.checkRows(ctx, dir, found)
	if err != nil {
		return err
	}
	if err := c.findDuplicates(ctx, dir, repeated); err != nil {
		return err
	}
	for d, err := range c.duplicates.all() {
		if err != nil {
			return err
		}
		found.add(d.problem(c.rules))
		c.Counts[record.DuplicateInFile]++
		c.repeating.add(int(d.row))
	}
	c.Counts[record.Pending] = c.Rows - c.Counts[record.Invalid] - c.Counts[record.DuplicateInFile]
	c.Groups = found.sorted()
	return nil
}

// checkRows looks at every row by itself and gives the hashes that several of the valid ones have, nil for none.
func (c *Checked) checkRows(ctx context.Context, dir string, found tally) (*hashFilter, error) {
	hashes := newSorter(dir, hashOrder())
	defer hashes.close()
	check := newChecker(c.Source, c.rules, c.seeds)
	for _, p := range check.columns {
		found.add(p)
	}
	for rec, err := range c.Source.records() {
		if unreadable, ok := errors.AsType[*InputError](err); ok && unreadable.File == c.Source.Name {
			found.add(Problem{
				Row: -1, Line: unreadable.Line, Column: unreadable.Column, Field: unreadable.Field, Kind: "unreadable",
				Message: unreadable.Msg, Severity: BadFile,
			})
			return nil, nil //nolint:nilnil // what comes behind is not known, so nothing can be said of duplicates
		}
		if err = c.goOn(ctx, rec, err); err != nil {
			return nil, err
		}
		c.Rows++
		problems, valid := check.check(rec)
		for _, p := range problems {
			found.add(p)
		}
		if !valid {
			c.Counts[record.Invalid]++
			c.invalid.add(rec.index)
			if rec.cells != len(c.Source.Header) {
				c.Widest = max(c.Widest, rec.cells)
			}
		} else if err := hashes.add(check.hash(rec)); err != nil {
			return nil, err
		}
	}
	for _, p := range check.checkKeys(c.Rows) {
		found.add(p)
	}
	c.Unguarded = check.unguarded
	return repeatedHashes(hashes, c.Rows)
}

// Err is nil when the import may go on: nothing spoils the file, and there is no invalid row or they may be skipped.
// Otherwise it is a *Refusal with all that counts.
func (c *Checked) Err() error {
	refusal := &Refusal{File: c.Source.Name}
	for _, g := range c.Groups {
		if c.Refuses(g) {
			refusal.Groups = append(refusal.Groups, g)
		}
	}
	if len(refusal.Groups) == 0 {
		return nil
	}
	return refusal
}

// Refuses tells whether the problems of a group keep the input from being imported.
func (c *Checked) Refuses(g Group) bool {
	return g.Severity == BadFile || g.Severity == BadRow && !c.rules.SkipInvalid
}

// Close removes what Validate keeps on disk.
func (c *Checked) Close() error { return c.duplicates.close() }
