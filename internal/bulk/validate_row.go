package bulk

import (
	"fmt"
	"unicode/utf8"
)

// maxCloneName is the longest company name of a clone, in characters (contract).
const maxCloneName = 200

// checker checks one row after another.
type checker struct {
	source    *Source
	rules     Rules
	names     [fieldCount]string
	emails    *emails
	codes     *codes
	seeds     seeds
	problems  []Problem
	key       []byte // that of the email of the row at hand
	buf       []byte
	noEmails  bool             // there is no column for them
	barred    [fieldCount]bool // fields that clones cannot have and that were reported
	unguarded int
}

func newChecker(s *Source, rules Rules, seeds seeds) *checker {
	c := &checker{source: s, rules: rules, seeds: seeds, emails: newEmails(rules.CaseSensitiveEmails), codes: newCodes()}
	for i, f := range Fields() {
		c.names[i] = f.Name
	}
	return c
}

// checkColumns finds what no row can mend.
func (c *checker) checkColumns() []Problem {
	var problems []Problem
	has := func(field int) bool {
		if c.source.preset[field].given {
			return true
		}
		for _, f := range c.source.csv.fields {
			if f == field {
				return true
			}
		}
		return c.source.Format != FormatCSV
	}
	refuse := func(field int, message string) {
		problems = append(problems, Problem{
			Row: -1, Line: 1, Field: c.names[field], Kind: "missing_column", Message: message, Severity: BadFile,
		})
	}
	if c.noEmails = !has(Email); c.noEmails && !c.rules.AllowNoEmail {
		refuse(Email, "no column gives the email; without one a customer cannot be told from another: "+
			"map a column with --map COLUMN=email, or accept it with --allow-no-email")
	}
	if c.rules.Clone && !has(CompanyName) {
		refuse(CompanyName, "no column gives the company name, which a clone needs")
	}
	return problems
}

// check gives the problems of a row, good until the next call, and whether it may be sent.
func (c *checker) check(rec *record) (problems []Problem, valid bool) {
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

func (c *checker) add(rec *record, f fault) {
	line, column := rec.place(f.at)
	c.problems = append(c.problems, Problem{
		Row: rec.index, Line: line, Column: column, Field: f.field, Kind: f.kind, Message: f.message, Severity: f.severity,
	})
}

func (c *checker) report(rec *record, field int, severity Severity, kind, message string) {
	c.add(rec, fault{at: int(rec.values[field].at), kind: kind, field: c.names[field], message: message, severity: severity})
}

func (c *checker) checkValues(rec *record) {
	for field := range rec.values {
		v := &rec.values[field]
		if !v.given {
			continue
		}
		if v.flags&unguarded != 0 {
			c.unguarded++
		}
		if v.flags&(notASCII|control) != 0 && !c.checkText(rec, field) {
			continue
		}
		if field == Email {
			c.checkEmail(rec, v)
			continue
		}
		if message := c.codes.check(field, v.text); message != "" {
			severity := Warning
			if c.rules.Strict {
				severity = BadRow
			}
			c.report(rec, field, severity, "unknown_code", message)
		}
	}
	if !rec.values[Email].given && !c.rules.AllowNoEmail && !c.noEmails {
		c.report(rec, Email, BadRow, "no_email", "the email is missing; rows without one need --allow-no-email")
	}
	if c.rules.Clone {
		c.checkClone(rec)
	}
}

// checkText looks at a text that is not plain ASCII; false when it cannot be sent.
func (c *checker) checkText(rec *record, field int) bool {
	text := rec.values[field].text
	if message := badText(text, c.source.charset); message != "" {
		c.report(rec, field, BadRow, "bad_text", message)
		return false
	}
	if message := oddText(text); message != "" && field != Email {
		c.report(rec, field, Warning, "control_character", message)
	}
	return true
}

func (c *checker) checkEmail(rec *record, v *value) {
	if trimmed := trimEmail(v.text); len(trimmed) != len(v.text) {
		v.text = trimmed
		c.report(rec, Email, Warning, "trimmed_email", "blanks or invisible characters around the email were taken off")
	}
	key, err := c.emails.key(v.text)
	if err != nil {
		c.report(rec, Email, BadRow, "bad_email", fmt.Sprintf("%v: %q", err, v.text))
		return
	}
	c.key = append(c.key, key...)
}

func (c *checker) checkClone(rec *record) {
	name := rec.values[CompanyName]
	switch length := utf8.RuneCount(name.text); {
	case !name.given:
		c.report(rec, CompanyName, BadRow, "no_company_name", "the company name is missing, which a clone needs")
	case length > maxCloneName:
		c.report(rec, CompanyName, BadRow, "long_company_name",
			fmt.Sprintf("the company name has %d characters, a clone takes %d at most", length, maxCloneName))
	}
	for field, v := range rec.values {
		if field != CompanyName && field != Email && v.given && !c.barred[field] {
			c.barred[field] = true
			c.report(rec, field, BadFile, "not_for_clones",
				"a clone takes company_name and email only; empty the column, or leave it out with --ignore-columns "+c.names[field])
		}
	}
}

// row is the record in memory of its own.
func (c *checker) row(rec *record) Row {
	row := Row{Index: rec.index, Line: rec.line, Key: string(c.key)}
	for i, v := range rec.values {
		if v.given {
			row.Values[i] = string(v.text)
		}
	}
	return row
}
