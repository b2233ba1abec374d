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

// checker checks one row after another. It belongs to one pass over the input.
type checker struct {
	source   *Source
	rules    Rules
	emails   *emails
	codes    [record.FieldCount]*codeTable
	problems []Problem
	buf      []byte
	columns  []Problem               // what is wrong whatever the rows hold
	noEmails bool                    // there is no column for them
	barred   [record.FieldCount]bool // fields that clones cannot have and that were reported
}

func newChecker(s *Source, rules Rules) *checker {
	c := &checker{source: s, rules: rules, emails: newEmails(rules.CaseSensitiveEmails), codes: newCodeTables()}
	c.checkColumns()
	return c
}

func (c *checker) checkColumns() {
	has := func(field int) bool {
		return c.source.Format != FormatCSV || c.source.constants[field].given ||
			slices.ContainsFunc(c.source.csv.uses, func(u columnUse) bool { return u.field == field })
	}
	refuse := func(field int, kind, message string, args ...string) {
		e := Error{File: c.source.Name, Line: max(c.source.HeaderLine, 1), Field: fieldName(field), Msg: message, Args: args}
		c.columns = append(c.columns, Problem{Error: e, Kind: kind, Severity: BadFile})
	}
	if c.noEmails = !has(record.Email); c.noEmails && !c.rules.AllowNoEmail {
		way := []string{"--allow-no-email"}
		for _, m := range c.source.Mapping {
			if m.Resembles == fieldName(record.Email) {
				way = []string{"--map", m.Column + "=" + m.Resembles}
			}
		}
		refuse(record.Email, kindMissingColumn, "no column gives the email; without one a customer cannot be told from another: "+
			"map a column with --map COLUMN=email, or accept it with --allow-no-email", way...)
	}
	if c.rules.Clone && !has(record.CompanyName) {
		refuse(record.CompanyName, kindMissingColumn, "no column gives the company name, which a clone needs")
	}
	for field, v := range c.source.constants {
		if c.rules.Clone && v.given && field != record.CompanyName && field != record.Email {
			c.barred[field] = true
			refuse(field, kindNotForClones, "a clone takes company_name and email only; leave --set out")
		}
	}
}

// checkKeys finds what is wrong with the keys of JSON, once all were read.
func (c *checker) checkKeys(in *jsonReader) (problems []Problem) {
	add := func(kind string, severity Severity, e Error) {
		e.File = c.source.Name
		problems = append(problems, Problem{e, kind, severity})
	}
	var names []string
	var fed [record.FieldCount]bool
	for _, m := range in.mapping {
		names = append(names, m.Column)
		if field, ok := fieldIndex(m.Field); ok {
			fed[field] = true
		}
	}
	if missing := c.source.mapper.missingColumn(names); missing != "" && len(names) > 0 {
		add(kindMissingColumn, BadFile, Error{Line: 1, Msg: missing})
	}
	if in.morePages {
		add("more_pages", Warning, Error{Line: 1, Msg: "the list says that it has more pages; this file is only one of them"})
	}
	if len(in.unknown) == 0 {
		return problems
	}
	mapper := c.source.mapper
	e := Error{Line: in.unknown[0].line, Column: in.unknown[0].column, Msg: mapper.unpackAdvice(in.unknown, fed)}
	if e.Msg == "" {
		names, texts := mapper.unknownNames(in.unknown, fed)
		offered := mapper.offer(texts, &fed, "")
		e.Msg, e.Args = unknownColumns(names, offered, fed[record.Email])
	}
	add("unknown_field", BadFile, e)
	return problems
}

// check returns the problems of a row, good until the next call, and whether it may be sent.
func (c *checker) check(rec *rawRecord) (problems []Problem, valid bool) {
	c.problems = c.problems[:0]
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
	e := Error{File: c.source.Name, Line: line, Column: column, Field: f.field, Msg: f.message, Args: f.args}
	c.problems = append(c.problems, Problem{e, f.kind, f.severity})
}

func (c *checker) report(rec *rawRecord, field int, severity Severity, kind, message string) {
	c.add(rec, fault{at: int(rec.values[field].at), kind: kind, field: fieldName(field), message: message, severity: severity})
}

func (c *checker) checkValues(rec *rawRecord) {
	empty := true
	for field := range rec.values {
		v := &rec.values[field]
		if !v.given {
			continue
		}
		empty = empty && v.at < 0
		if v.flags&(notASCII|control|ampersand) != 0 && !c.checkText(rec, field) {
			continue
		}
		if field == record.Email {
			c.checkEmail(rec, v)
			continue
		}
		if isNullMarker(v.text) {
			v.flags |= marker
			c.report(rec, field, Warning, KindNullMarker, nullMarkerMessage(string(v.text)))
			if !c.rules.Strict {
				continue
			}
		}
		if table := c.codes[field]; table != nil {
			if code := table.find(v.text); code.Message != "" {
				v.flags |= notCode
				c.report(rec, field, c.codeSeverity(), KindUnknownCode, code.Message)
			}
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

// checkText looks at a text that is not plain ASCII, or may be HTML; false when it cannot be sent.
func (c *checker) checkText(rec *rawRecord, field int) bool {
	text := rec.values[field].text
	if message := badText(text, c.source.charset); message != "" {
		c.report(rec, field, BadRow, kindBadText, message)
		return false
	}
	if message := controlCharacter(text); message != "" && field != record.Email {
		c.report(rec, field, Warning, "control_character", message)
	}
	if c.source.charset.table == nil && bytes.ContainsRune(text, utf8.RuneError) {
		c.report(rec, field, Warning, kindReplacement, "it contains U+FFFD (\ufffd): the text was damaged before this file was written")
	}
	if message := doubleEncoded(text); message != "" {
		c.report(rec, field, Warning, "double_encoded", message)
	}
	if message := htmlText(text); message != "" && field != record.Email {
		c.report(rec, field, Warning, "html_text", message)
	}
	return true
}

func (c *checker) checkEmail(rec *rawRecord, v *value) {
	if err := c.identify(rec); err != nil {
		c.report(rec, record.Email, BadRow, "bad_email", emailMessage(string(v.text), err))
	} else if message := unlikelyEmail(v.text); message != "" {
		c.report(rec, record.Email, Warning, "unlikely_email", message)
	}
}

// identify sets the key of a record with an email, unless that is no address.
func (c *checker) identify(rec *rawRecord) error {
	v := &rec.values[record.Email]
	if !v.given {
		return nil
	}
	key, err := c.emails.key(v.text)
	rec.key = append(rec.key[:0], key...)
	return err
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
				"a clone takes company_name and email only; empty the column, or leave it out with --ignore-columns "+fieldName(field))
		}
	}
}

// row returns the record in memory of its own: one string for all of its texts.
func (c *checker) row(rec *rawRecord) record.Row {
	row := record.Row{Index: rec.index, Line: rec.line}
	email := &rec.values[record.Email]
	apart := len(rec.key) > 0 && !bytes.Equal(rec.key, email.text)
	c.buf = c.buf[:0]
	for i := range rec.values {
		if rec.values[i].given {
			c.buf = append(c.buf, rec.values[i].text...)
		}
	}
	if apart {
		c.buf = append(c.buf, rec.key...)
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
	case len(rec.key) > 0:
		row.Key = row.Values[record.Email]
	}
	return row
}
