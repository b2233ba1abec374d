package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/cmd/customers"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// helpTopics are the pages of `hydractl help TOPIC`. Each is made, when it is asked for, from the list that the
// program itself goes by.
func helpTopics(app *cli.App, root *cobra.Command) []*cobra.Command {
	topic := func(name, short string, page func() string) *cobra.Command {
		c := &cobra.Command{Use: name, Short: short, Example: "  hydractl help " + name}
		c.SetHelpFunc(func(*cobra.Command, []string) { _, _ = fmt.Fprintln(app.Out, cli.Narrow(page(), app.Width())) })
		return c
	}
	return []*cobra.Command{
		topic("csv", "What a file to import may look like", csvHelp),
		topic("environment", "Environment variables, configuration and their order", environmentHelp),
		topic("exit-codes", "What the exit codes mean", exitCodesHelp),
		topic("flags", "Flags of every command", func() string { return cli.FlagsHelp(root, app.Width()) }),
		topic("output", "Output formats, columns and errors", outputHelp),
		topic("where", "Choose customers by any field", customers.WhereHelp),
	}
}

func csvHelp() string {
	var b strings.Builder
	b.WriteString(`A file to import is CSV with a header line, JSON lines, a JSON array of objects,
objects one after another, or a list as APIs write it. The columns or keys, in
any order and without regard to case, accents, blanks, dashes and underscores:

`)
	for _, f := range record.Fields() {
		fmt.Fprintf(&b, "  %-13s %s\n", f.Name, f.Help)
	}
	b.WriteString(`
Common names for them are known in 34 languages, from English and German to
Russian and Japanese: Company, E-Mail-Adresse, Pays, Waluta ... Other columns are
an error with the nearest name and a command that would work, unless
--map "COLUMN=FIELD", --ignore-columns or --ignore-unknown says what to do
(--ignore-columns '' leaves out the columns without a name). Left out are columns
whose name begins with _hydractl_, and those that the server sets itself (id,
created_at, the counts ...): what "hydractl customers export" writes can be
imported as it is.

Exports of these products are recognized by their header: known columns are
used, the others are left out by name. --preset ID names one, --preset none
turns it off.

`)
	for _, p := range input.Presets() {
		fmt.Fprintf(&b, "  %-18s %s\n", p.ID, p.Name)
	}
	b.WriteString(`
The delimiter (, ; tab or |), a byte order mark, UTF-16, line ends and quotes
escaped by backslashes are detected and shown. A file that is neither UTF-8 nor
UTF-16 needs --encoding; the error names the encodings that fit. --header names
the columns of a file without a header; --header-line says where the header is
when titles precede it.

An empty cell leaves the field out; --null-token does the same for a text such
as NULL, and COLUMN:NULL in one column. Blanks and invisible characters around
cells are removed, and so is an apostrophe in front of = + - @, which guards a
cell against being run by a spreadsheet; --raw keeps both. Rows that are empty,
surplus empty cells and missing cells at the end of a row are accepted; --strict
refuses them. The plan counts what is changed.

A country, currency, locale or time zone that is not a code is sent with a
warning; --fix-codes converts what can mean one code only (Germany, euro,
de_DE, Berlin), and --strict refuses them. Every row needs an email unless
--allow-no-email is given, and no two may have the same one (--duplicates first
keeps the first).

  hydractl customers import --template > customers.csv
  hydractl customers import customers.csv --dry-run`)
	return b.String()
}

func exitCodesHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes. A code that is not in this table is a failure.\n\n")
	for _, c := range failure.ExitCodes() {
		fmt.Fprintf(&b, "  %-4d %s\n", c.Code, c.Meaning)
	}
	b.WriteString("\nA write whose answer was lost exits 9: it may have been carried out, and there\nis no undo. Look before repeating it.")
	return b.String()
}

func environmentHelp() string {
	var b strings.Builder
	b.WriteString("A value is taken from the first of: flag, environment, profile, defaults in the\n" +
		"file, built in. `hydractl config list` shows each value and where it came from.\n" +
		"An empty variable counts as unset.\n\n")
	rows := [][2]string{}
	for _, d := range config.Definitions() {
		if d.Env != "" {
			rows = append(rows, [2]string{d.Env, d.Help})
		}
	}
	rows = append(rows, [][2]string{
		{"HYDRACTL_PROFILE", "profile to use"},
		{"HYDRACTL_CONFIG", "configuration file"},
		{"NO_COLOR", "no colour when set (no-color.org)"},
		{"CLICOLOR_FORCE", "colour also without a terminal"},
		{"COLUMNS", "width of the terminal"},
		{"TERM", "no colour when dumb"},
		{"HTTPS_PROXY, HTTP_PROXY", "proxy for requests, except to hosts in NO_PROXY"},
		{"SSL_CERT_FILE", "file of certificate authorities, in place of the system's"},
		{"XDG_CONFIG_HOME", "where hydractl/config.yaml is, ~/.config by default"},
		{"GITHUB_ACTIONS", "imports annotate the lines of their file when true"},
		{"CI", "hints name HYDRACORE_API_KEY first"},
		{"XDG_STATE_HOME", "where the sandbox's data is, ~/.local/state by default"},
	}...)
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	for _, row := range rows {
		fmt.Fprintf(&b, "  %-*s  %s\n", width, row[0], row[1])
	}
	b.WriteString("\nWith a --profile flag the profile's credential beats the one in the environment.\n" +
		"A credential of the file goes only to the host that the file names for it, and\n" +
		"one that auth login has stored only to the host where it was tried.")
	return b.String()
}

func outputHelp() string {
	var b strings.Builder
	b.WriteString("Data goes to stdout, everything else to stderr. Formats of -o:\n\n")
	for _, f := range output.Formats() {
		fmt.Fprintf(&b, "  %-6s %s\n", f.Name, f.Summary)
	}
	b.WriteString(`
json of a list is the API's own envelope plus "complete": whether these are all
the customers that match. Records keep every field that the server sent.

--columns a,b shows these columns, +a adds to the usual ones, '*' shows all
(table, wide, csv, tsv). --time says how tables show times.

--jq EXPR filters the json document with a jq expression: it prints a string as it
is, anything else as JSON, each on a line of its own. It reads neither files nor
the environment. --template TEXT does the same with a template of Go's
text/template, where a null prints nothing. Its functions beside Go's own:

  csv V...          one row of csv
  join SEP LIST     the items with SEP
  json V            the value as JSON
  lower V, upper V  in one case
  tablerow V...     a row of a table
  tablerender       the table so far
  timeago V         an age: 3d
  truncate N V      cut to N columns

The table of tablerow is printed at the end, or by tablerender. Whole numbers
keep all their digits. A name with a dash or a dot in it is reached with index.
A filter that cannot be read exits 2 before any request; one that fails on the
data exits 1, and nothing is printed.

  hydractl customers list --jq '.customers[].email'
  hydractl customers list --template '{{range .customers}}{{csv .id .email}}
  {{end}}'

Errors go to stderr, as text, or with -o json, jsonl or yaml (or with
--error-format json) as one object:

  {"error":{"code","message","status","exit_code","retryable","outcome",
            "fields":[{"field","line","column","message"}],"hint","request_id"},
   "schema":"error"}

outcome is none, unknown (a write may have been carried out) or partial.

A document names its JSON Schema in "schema"; "hydractl schema" prints them. A
single customer is the API's own record, without that.`)
	return b.String()
}
