package input

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
	Strict              bool   // rows with an unknown country, currency, locale or time zone, or of another shape than the header, are invalid
	SkipInvalid         bool   // invalid rows do not keep the others from being sent
	CaseSensitiveEmails bool   // A@example.com and a@example.com are different
	Duplicates          string // DuplicatesError, which is also "", or DuplicatesFirst
	FixCodes            bool   // convert what unambiguously stands for a code
	Clone               bool   // rows are clones: a company name is required, and only it and an email can be given
}

// Checked is an input of which every row was looked at.
type Checked struct {
	Rows    int
	Counts  map[record.State]int // of Pending, Invalid and DuplicateInFile
	Groups  []Group              // everything found, the gravest first
	Changes Changes              // what is not sent as it stands in the file
	Codes   []CodeCount          // texts that are no codes, those that were converted included, the most frequent first
	Markers []MarkerCount        // texts that stand for no value, the most frequent first
	Samples []string             // values of a file that is not UTF-8, as they were decoded

	Source     *Source
	Widest     int // cells of the widest row that is not as wide as the header, 0 for none
	rules      Rules
	duplicates *duplicates
	invalid    rowSet
}

// Changes count what is not sent as it stands in the file.
type Changes struct {
	Trimmed    int `json:"trimmed"`    // values without the blanks around them
	Unguarded  int `json:"unguarded"`  // values without the apostrophe of Guard
	Nulls      int `json:"nulls"`      // cells left out as null tokens
	Converted  int `json:"converted"`  // values converted to codes
	Fallbacks  int `json:"fallbacks"`  // values taken from a column since the one before it is empty
	EmptyRows  int `json:"empty_rows"` // rows left out since they are empty
	ShortRows  int `json:"short_rows"` // rows with fewer cells than the header
	LongRows   int `json:"long_rows"`  // rows with more cells than the header, which are empty
	LeftOut    int `json:"left_out"`   // columns left out
	Transcoded int `json:"transcoded"` // values that were not in UTF-8
}

// Validate reads the whole input and checks every row; of a row it remembers 8 bytes. Bad rows, and an input that
// cannot be read to its end, are no errors but Groups, see [Checked.Err]; errors are those of the system, of the context,
// or *Error for options that do not go with the input.
func Validate(ctx context.Context, s *Source, rules Rules) (*Checked, error) {
	if rules.Duplicates != "" && rules.Duplicates != DuplicatesError && rules.Duplicates != DuplicatesFirst {
		return nil, &Error{File: "--duplicates", Msg: fmt.Sprintf("must be error or first (got %q)", rules.Duplicates)}
	}
	c := &Checked{Source: s, rules: rules, Counts: map[record.State]int{}, duplicates: newDuplicates()}
	found := tally{groups: map[groupKey]*Group{}}
	complete, err := c.checkRows(ctx, found)
	if err != nil {
		return nil, err
	}
	if c.duplicates.finish() && complete { // otherwise what comes behind is not known, so nothing can be said of duplicates
		if err := c.findDuplicates(ctx, found); err != nil {
			return nil, err
		}
	}
	c.Counts[record.Pending] = c.Rows - c.Counts[record.Invalid] - c.Counts[record.DuplicateInFile]
	c.Groups = found.sorted()
	return c, nil
}

// checkRows looks at every row by itself; complete is false when the input cannot be read to its end.
func (c *Checked) checkRows(ctx context.Context, found tally) (complete bool, err error) {
	check := newChecker(c.Source, c.rules)
	facts := newStatistics(c, check.codes)
	for _, p := range check.columns {
		found.add(p)
	}
	complete = true
	for rec, err := range c.records(allFields, func(in reader) { facts.addReader(check, in, found) }) {
		if unreadable, ok := errors.AsType[*Error](err); ok && unreadable.File == c.Source.Name {
			found.add(Problem{Error: *unreadable, Kind: "unreadable", Severity: BadFile})
			complete = false
			break
		}
		if err = c.goOn(ctx, rec, err); err != nil {
			return false, err
		}
		c.Rows++
		problems, valid := check.check(rec)
		for _, p := range problems {
			found.add(p)
		}
		facts.add(rec, valid)
		if valid {
			c.duplicates.add(check, rec)
			continue
		}
		c.Counts[record.Invalid]++
		c.invalid.add(rec.index)
		if cells := len(rec.cells); cells != len(c.Source.Header) {
			c.Widest = max(c.Widest, cells)
		}
	}
	facts.finish(found)
	return complete, nil
}

// goOn ends a pass with its error or with the context.
func (c *Checked) goOn(ctx context.Context, rec *rawRecord, err error) error {
	if err == nil && rec.index%1024 == 0 && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Err returns nil when the import may go on: nothing spoils the file, and there is no invalid row or they may be skipped.
// Otherwise it is a *Refusal with all that counts.
func (c *Checked) Err() error {
	refused := slices.DeleteFunc(slices.Clone(c.Groups), func(g Group) bool { return !c.Refuses(g) })
	if len(refused) == 0 {
		return nil
	}
	return &Refusal{Groups: refused, Valid: c.Counts[record.Pending]}
}

// Refuses reports whether the problems of a group keep the input from being imported.
func (c *Checked) Refuses(g Group) bool {
	return g.Severity == BadFile || g.Severity == BadRow && !c.rules.SkipInvalid
}
