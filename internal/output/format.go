package output

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/nearest"
)

// Format is one value of --output.
type Format struct {
	Name    string // as typed
	Summary string // one line for help and completion
	Human   bool   // laid out for people: escaped, aligned, cut to the terminal
	Columns bool   // --columns applies
	Streams bool   // every record is passed on at once and forgotten
}

// Formats lists the formats in the order help shows them.
func Formats() []Format {
	var all []Format
	for _, e := range encodings() {
		all = append(all, e.Format)
	}
	return all
}

// FormatNames lists the values of --output.
func FormatNames() []string {
	return names(encodings())
}

// encoding is a format together with what writes it.
type encoding struct {
	Format
	open func(*printer, io.Writer, document) encoder
}

// encodings is the one list of formats.
func encodings() []encoding {
	return []encoding{
		{Format{Name: "table", Summary: "aligned columns for people", Human: true, Columns: true}, newTable},
		{Format{Name: "wide", Summary: "a table with more columns", Human: true, Columns: true}, newTable},
		{Format{Name: "json", Summary: "one JSON document"}, newJSON},
		{Format{Name: "jsonl", Summary: "one JSON object per line, streamed", Streams: true}, newJSONLines},
		{Format{Name: "yaml", Summary: "one YAML document"}, newYAML},
		{Format{Name: "csv", Summary: "comma separated values, streamed", Columns: true, Streams: true}, newCSV},
		{Format{Name: "tsv", Summary: "tab separated values, streamed", Columns: true, Streams: true}, newTSV},
		{Format{Name: "id", Summary: "one id per line, streamed", Streams: true}, newID},
	}
}

// encoder writes one document. After add, end or abort has failed only abort
// is called; abort releases what the encoder holds and passes on whole lines
// of a streaming format.
type encoder interface {
	add(v any) error
	end() (hidden []string, err error)
	abort() error
}

func names(list []encoding) []string {
	var all []string
	for _, e := range list {
		all = append(all, e.Name)
	}
	return all
}

// findEncoding returns the encoding of the format, which has to be able to print these columns. A table replaces a preferred
// one that is not.
func findEncoding(o Options, cols []column) (encoding, error) {
	all := encodings()
	name := cmp.Or(o.Format, all[0].Name)
	i := slices.IndexFunc(all, func(e encoding) bool { return e.Name == strings.ToLower(name) })
	if i < 0 {
		valid := names(all)
		return encoding{}, InvalidOption("--output", fmt.Sprintf("unknown format %.100q", name), valid, nearest.Match(name, valid))
	}
	usable := func(e encoding) bool {
		switch e.Name {
		case "csv", "tsv":
			return len(cols) > 0
		case "id":
			return hasColumn(cols, "id")
		}
		return true
	}
	switch {
	case usable(all[i]):
		return all[i], nil
	case o.Preferred:
		return all[0], nil
	}
	valid := slices.DeleteFunc(all, func(e encoding) bool { return !usable(e) })
	return encoding{}, InvalidOption("--output", fmt.Sprintf("%q is not available for this command", name), names(valid), "")
}
