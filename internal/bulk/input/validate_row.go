package input

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// maxCloneName is the longest company name of a clone, in characters (contract).
const maxCloneName = 200

const (
	kindMissingColumn = "missing_column"
	kindNotForClones  = "not_for_clones"
)

// checker checks one row after another.
type checker struct {
	source    *Source
	rules     Rules
	names     [record.FieldCount]string
	emails    *emails
	codes     [record.FieldCount]*codes
	seeds     seeds
	problems  []Problem
	key       []byte // that of the email of the row at hand
	buf       []byte
	columns   []Problem               // what is wrong whatever the rows hold
	noEmails  bool                    // there is no column for them
	barred    [record.FieldCount]bool // fields that clones cannot have and that were reported
	unguarded int
}

func newChecker(s *Source, rules Rules, seeds seeds) *checker {
	c := &checker{source: s, rules: rules, seeds: seeds, emails: newEmails(rules.CaseSensitiveEmails), codes: newCodes()}
	for i, f := range record.Fields() {
		c.names[i] = f.Name
	}
	c.checkColumns()
	return c
}

func (c *checker) checkColumns() {
	has := func(field int) bool {
		return c.source.Format != FormatCSV || c.source.preset[field].given || slices.Contains(c.source.csv.fields, field)
	}
	refuse := func(field int, kind, message string) {
		c.columns = append(c.columns, Problem{
			Row: -1, Line: 1, Field: c.names[field], Kind: kind, Message: message, Severity: BadFile,
		})
	}
	if c.noEmails = !has(record.Email); c.noEmails && !c.rules.AllowNoEmail {
		refuse(record.Email, kindMissingColumn, "no column gives the email; without one a customer cannot be told from another: "+
			"map a column with --map COLUMN=email, or accept it with --allow-no-email")
	}
	if c.rules.Clone && !has(record.CompanyName) {
		refuse(record.CompanyName, kindMissingColumn, "no column gives the company name, which a clone needs")
	}
	for field, v := range c.source.preset {
		if c.rules.Clone && v.given && field != record.CompanyName && field != record.Email {
			c.barred[field] = true
			refuse(field, kindNotForClones, "a clone takes company_name and email only; leave --set out")
		}
	}
}

// checkKeys finds a --map of a key that no object has, once all were read.
func (c *checker) checkKeys(rows int) []Problem {
	if c.source.Format == FormatCSV || rows == 0 {
		return nil
	}
	var keys []string
	for _, m := range c.source.Mapping {
		keys = append(keys, m.Column)
	}
	if missing := c.source.mapper.missingColumn(keys); missing != "" {
		return []Problem{{Row: -1, Line: 1, Kind: kindMissingColumn, Message: missing, Severity: BadFile}}
	}
	return nil
}

// check gives the problems of a row, good until the next call, and whether it may be sent.
func (c *checker) check(rec *rawRecord) (problems []Problem, valid bool) {
	c.problems, c.key = c.problems[:0], c.key[:0]
	for _, f := range rec.faults {
		c.add(rec, f)
	}
	if len(rec.faults) == 0 {
		c.checkValues(rec)
	}
	valid = true
	for _, p := range c.problems {
		valid = valid && p.Severity == Warning
	}
	return c.problems, valid
}

func (c *checker) add(rec *rawRecord, f fault) {
	line, column := rec.place(f.at)
	c.problems = append(c.problems, Problem{
		Row: rec.index, Line: line, Column: column, Field: f.field, Kind: f.kind, Message: f.message, Severity: f.severity,
	})
}

func (c *checker) report(rec *rawRecord, field int, severity Severity, kind, message string) {
	c.add(rec, fault{at: int(rec.values[field].at), kind: kind, field: c.names[field], message: message, severity: severity})
}

func (c *checker) checkValues(rec *rawRecord) {
	empty := true
	for field := range rec.values {
		v := &rec.values[field]
		if !v.given {
			continue
		}
		empty = empty && v.at < 0
		if v.flags&unguarded != 0 {
			c.unguarded++
		}
		if v.flags&(notASCII|control) != 0 && !c.checkText(rec, field) {
			continue
		}
		if field == record.Email {
			c.checkEmail(rec, v)
			continue
		}
		if c.codes[field] == nil {
			continue
		}
		if message := c.codes[field].check(v.text); message != "" {
			c.report(rec, field, c.codeSeverity(), "unknown_code", message)
		}
	}
	if empty {
		c.add(rec, fault{kind: "empty_row", message: "the row gives no field", severity: BadRow})
		return
	}
	if !rec.values[record.Email].given && !c.rules.AllowNoEmail && !c.noEmails {
		c.report(rec, record.Email, BadRow, "no_email", "the email is missing; rows without one need --allow-no-email")
	}
	if c.rules.Clone {
		c.checkClone(rec)
	}
}

func (c *checker) codeSeverity() Severity {
	if c.rules.Strict {
		return BadRow
	}
	return Warning
}

// checkText looks at a text that is not plain ASCII; false when it cannot be sent.
func (c *checker) checkText(rec *rawRecord, field int) bool {
	text := rec.values[field].text
	if message := badText(text, c.source.charset); message != "" {
		c.report(rec, field, BadRow, "bad_text", message)
		return false
	}
	if message := oddText(text); message != "" && field != record.Email {
		c.report(rec, field, Warning, "control_character", message)
	}
	return true
}

func (c *checker) checkEmail(rec *rawRecord, v *value) {
	trimmed, err := c.identify(rec)
	if trimmed {
		c.report(rec, record.Email, Warning, "trimmed_email", "blanks or invisible characters around the email were taken off")
	}
	if err != nil {
		c.report(rec, record.Email, BadRow, "bad_email", fmt.Sprintf("%v: %q", err, Clip(string(v.text))))
	}
}

// identify takes the key of the email, if there is one, after what is around it is trimmed.
func (c *checker) identify(rec *rawRecord) (trimmed bool, err error) {
	c.key = c.key[:0]
	v := &rec.values[record.Email]
	if !v.given {
		return false, nil
	}
	text := trimEmail(v.text)
	trimmed, v.text = len(text) != len(v.text), text
	key, err := c.emails.key(text)
	c.key = append(c.key, key...)
	return trimmed, err
}

func (c *checker) checkClone(rec *rawRecord) {
	name := rec.values[record.CompanyName]
	switch length := utf8.RuneCount(name.text); {
	case !name.given:
		c.report(rec, record.CompanyName, BadRow, "no_company_name", "the company name is missing, which a clone needs")
	case length > maxCloneName:
		c.report(rec, record.CompanyName, BadRow, "long_company_name",
			fmt.Sprintf("the company name has %d characters, a clone takes %d at most", length, maxCloneName))
	}
	for field, v := range rec.values {
		if field != record.CompanyName && field != record.Email && v.given && !c.barred[field] {
			c.barred[field] = true
			c.report(rec, field, BadFile, kindNotForClones,
				"a clone takes company_name and email only; empty the column, or leave it out with --ignore-columns "+c.names[field])
		}
	}
}

// row is the record in memory of its own: one string for all of its texts.
func (c *checker) row(rec *rawRecord) record.Row {
	row := record.Row{Index: rec.index, Line: rec.line}
	email := &rec.values[record.Email]
	apart := len(c.key) > 0 && !bytes.Equal(c.key, email.text)
	c.buf = c.buf[:0]
	for i := range rec.values {
		if rec.values[i].given {
			c.buf = append(c.buf, rec.values[i].text...)
		}
	}
	if apart {
		c.buf = append(c.buf, c.key...)
	}
	all := string(c.buf)
	for i := range rec.values {
		if rec.values[i].given {
			size := len(rec.values[i].text)
			row.Values[i], all = all[:size], all[size:]
		}
	}
	switch {
	case apart:
		row.Key = all
	case len(c.key) > 0:
		row.Key = row.Values[record.Email]
	}
	return row
}
