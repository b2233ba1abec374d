package imports

import (
	"fmt"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

const (
	maxShownCell = 40 // characters of a name or a value from the file
	maxOneLine   = 10 // columns left out that share a line
	maxCounted   = 20 // texts that are listed with their count
)

// findings are the facts about an input, as the summary has them.
type findings struct {
	Product     string              `json:"product"` // whose export it is
	Format      string              `json:"format"`
	Encoding    string              `json:"encoding"`
	Delimiter   string              `json:"delimiter"`
	HeaderLine  int                 `json:"header_line"`
	Columns     []input.Mapped      `json:"columns"`
	Changes     input.Changes       `json:"changes"`
	Decoded     []string            `json:"decoded"`
	Codes       []input.CodeCount   `json:"codes"`
	NullMarkers []input.MarkerCount `json:"null_markers"`
	Notes       []string            `json:"notes"`
	Problems    []problemFacts      `json:"problems"`
}

// problemFacts are the problems of one kind.
type problemFacts struct {
	Kind     string          `json:"kind"`
	Field    string          `json:"field,omitzero"`
	Severity string          `json:"severity"` // warning, or what it refuses: row or file
	Count    int             `json:"count"`
	First    []failure.Field `json:"first"`
}

func describeProblems(groups []input.Group) []problemFacts {
	all := []problemFacts{}
	for _, g := range groups {
		severity := [...]string{input.Warning: "warning", input.BadRow: "row", input.BadFile: "file"}[g.Severity]
		facts := problemFacts{Kind: g.Kind, Field: g.Field, Severity: severity, Count: g.Count}
		for _, p := range g.Examples() {
			facts.First = append(facts.First, p.ReportField())
		}
		all = append(all, facts)
	}
	return all
}

func (c *checkedInput) findings() findings {
	s, rows := c.source, c.rows
	f := findings{
		Product: s.Product, Format: s.Format, Encoding: s.Encoding(), HeaderLine: s.HeaderLine, Columns: s.Mapping, Changes: rows.Changes,
		Decoded: rows.Samples, Codes: rows.Codes, NullMarkers: rows.Markers, Notes: s.Notes,
		Problems: describeProblems(rows.Groups),
	}
	if s.Format == input.FormatCSV {
		f.Delimiter = string(s.Delimiter())
	}
	return f
}

// print says on stderr what the file was taken for, how its columns are used and what is changed, and warns about what is unexpected,
// a block for each kind. What keeps the file from being imported is the error's to say.
func (c *checkedInput) print(app *cli.App) {
	status := app.Status()
	status.Note("File %s", (&input.Error{File: c.source.Name}).Place())
	row := noteRow(status)
	row("read as", "%s", c.source)
	if c.source.Product != "" {
		row("product", "%s (--preset none reads it without)", c.source.Product)
	}
	for _, note := range c.source.Notes {
		row("note", "%s", note)
	}
	if len(c.rows.Samples) > 0 {
		row("decoded", "%s", quotedList(c.rows.Samples))
	}
	printColumns(row, status, c.source.Mapping)
	if changes := describeChanges(c.rows.Changes); changes != "" {
		row("changed", "%s", changes)
	}
	c.printWarnings(app)
}

func quotedList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = `"` + output.EscapeCut(text, maxShownCell) + `"`
	}
	return strings.Join(quoted, ", ")
}

// printColumns lists the columns that are used with a value of each, and names all others.
func printColumns(row planRow, status output.Status, mapping []input.Mapped) {
	var left, assigned, resembling []string
	title := "columns"
	for _, m := range mapping {
		name := output.EscapeCut(strings.TrimSpace(m.Column), maxShownCell)
		switch {
		case m.Reason == input.SetByServer:
			assigned = append(assigned, name)
			continue
		case m.Field == "" && m.Reason != "no name":
			left = append(left, name)
			if m.Resembles != "" {
				resembling = append(resembling, fmt.Sprintf("the column %q is left out, and no other gives %s: --map %s takes it",
					name, m.Resembles, files.ShellWord(m.Column+"="+m.Resembles)))
			}
			continue
		case m.Field == "":
			continue
		}
		use := name
		if name != m.Field {
			use += " -> " + m.Field
		}
		if m.Fallback {
			use += " (fallback)"
		}
		if m.Sample != "" {
			use = fmt.Sprintf("%-34s such as %s", use, output.EscapeCut(m.Sample, maxShownCell))
		}
		row(title, "%s", use)
		title = ""
	}
	title = "left out"
	if len(left) <= maxOneLine && len(left) > 0 {
		left = []string{strings.Join(left, ", ")}
	}
	for _, names := range left {
		row(title, "%s", names)
		title = ""
	}
	if len(assigned) > 0 {
		row("left out", "%s, which the server sets itself", strings.Join(assigned, ", "))
	}
	for _, text := range resembling {
		status.Warn("%s", text)
	}
}

// describeChanges says what is not sent as it stands in the file.
func describeChanges(c input.Changes) string {
	var parts []string
	for _, part := range []struct {
		n          int
		noun, text string
	}{
		{c.Trimmed, "value", "without the blanks around them (--raw keeps them)"},
		{c.Unguarded, "value", "without the apostrophe that guards against formulas (--raw keeps it)"},
		{c.Nulls, "cell", "left out by --null-token"},
		{c.Converted, "value", "converted by --fix-codes"},
		{c.Fallbacks, "value", "from another column, since theirs is empty"},
		{c.EmptyRows, "empty row", "skipped"},
		{c.ShortRows, "row", "with fewer cells than the header, the missing ones taken as empty"},
		{c.LongRows, "row", "with surplus empty cells"},
	} {
		if part.n > 0 {
			parts = append(parts, cli.Plural(int64(part.n), part.noun)+" "+part.text)
		}
	}
	return strings.Join(parts, "; ")
}

// printWarnings warns about what is unexpected and sent all the same.
func (c *checkedInput) printWarnings(app *cli.App) {
	status := app.Status()
	for _, g := range c.rows.Groups {
		if c.rows.Refuses(g) || g.Kind == input.KindUnknownCode && g.Severity == input.Warning || g.Kind == input.KindNullMarker {
			continue
		}
		say := status.Note
		if g.Severity == input.Warning {
			say = status.Warn
		}
		for _, p := range g.Examples() {
			say("%s", p)
		}
	}
	c.printCodes(status)
	if len(c.rows.Markers) == 0 {
		return
	}
	status.Warn("placeholders for missing values are sent as they are; --null-token TEXT, or COLUMN:TEXT, treats such cells as empty")
	var lines []string
	for _, m := range c.rows.Markers {
		lines = append(lines, countedLine(m.Field, m.Text, m.Count))
	}
	noteFirst(status, lines, maxCounted)
}

// countedLine is a text of the file with its field, and how many cells hold it.
func countedLine(field, text string, count int) string {
	return fmt.Sprintf("  %-14s %-22s %s", field, output.EscapeCut(text, maxShownCell), cli.Plural(int64(count), "cell"))
}

// printCodes lists the texts that are no codes with what they stand for, and the conversions.
func (c *checkedInput) printCodes(status output.Status) {
	var sent, converted []string
	advice := ""
	for _, code := range c.rows.Codes {
		line := countedLine(code.Field, code.Text, code.Count)
		if code.Suggestion != "" {
			line += " -> " + code.Suggestion
		}
		if code.Suggestion != "" && !code.Converted {
			advice = "; --fix-codes converts those that mean one code only"
		}
		if code.Converted {
			converted = append(converted, line)
		} else {
			sent = append(sent, line)
		}
	}
	if len(sent) > 0 {
		status.Warn("texts that are not codes are sent as they are%s", advice)
		noteFirst(status, sent, maxCounted)
	}
	if len(converted) > 0 {
		status.Note("Converted by --fix-codes:")
		noteFirst(status, converted, len(converted))
	}
}
