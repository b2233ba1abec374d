package imports

import (
	"encoding/csv"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// readFlags say how the input is read: the options of the reader, but for those that are written in another form on the command line.
type readFlags struct {
	input.ReadOptions

	delimiter string
	maps      []string
	sets      []string
	header    string
}

func (r *readFlags) add(f *pflag.FlagSet) {
	f.StringVar(&r.Format, "format", "", "csv, jsonl or json (default: by the name, then by the content)")
	f.StringVar(&r.delimiter, "delimiter", "", `between cells: , ; | or \t (default: detected)`)
	f.StringVar(&r.Encoding, "encoding", "", input.EncodingHelp+" (default: by the byte order mark, else utf-8)")
	f.BoolVar(&r.LazyQuotes, "lazy-quotes", false, "treat a quote inside a cell as text")
	f.StringArrayVar(&r.maps, "map", nil, "map a column to a field: COLUMN=FIELD; repeatable")
	f.StringArrayVar(&r.sets, "set", nil, "set a field in every row: FIELD=VALUE; repeatable")
	f.StringArrayVar(&r.IgnoreColumns, "ignore-columns", nil, "leave out a column; repeatable")
	f.BoolVar(&r.IgnoreUnknown, "ignore-unknown", false, "leave out every unknown column")
	f.StringVar(&r.header, "header", "", "names of the columns of a file without a header, such as email,company_name")
	f.IntVar(&r.HeaderLine, "header-line", 0, "line of the header, when titles or comments are above it")
	f.StringVar(&r.Preset, "preset", "", `product that the file is an export of, or none (default: recognized; see "hydractl help csv")`)
	f.StringArrayVar(&r.NullTokens, "null-token", nil, "a text that means an empty cell: NULL, or COLUMN:NULL for one column; repeatable")
	f.BoolVar(&r.Raw, "raw", false, "keep blanks around cells, and the apostrophe that guards cells against spreadsheets")
}

// options checks the flags and returns the options of the reader.
func (r *readFlags) options() (input.ReadOptions, error) {
	o := r.ReadOptions
	var wrong cli.Problems
	wrong.If(o.HeaderLine < 0, failure.Invalidf("--header-line", "must be 1 or more (got %d)", o.HeaderLine))
	if delimiter := strings.NewReplacer(`\t`, "\t", "tab", "\t").Replace(r.delimiter); delimiter != "" {
		wrong.If(len(delimiter) != 1 || strings.ContainsAny(delimiter, "\"\r\n"),
			failure.Invalidf("--delimiter", "must be one character, such as ; or \\t (got %q)", r.delimiter))
		o.Delimiter, _ = utf8.DecodeRuneInString(delimiter)
	}
	var badHeader, badMap, badSet error
	o.Header, badHeader = headerNames(r.header)
	o.Map, badMap = pairs("--map", "COLUMN=FIELD", r.maps)
	o.Set, badSet = pairs("--set", "FIELD=VALUE", r.sets)
	return o, wrong.Err(badHeader, badMap, badSet)
}

// headerNames splits the names of --header, which are written as in CSV.
func headerNames(header string) ([]string, error) {
	if header == "" {
		return nil, nil
	}
	names, err := csv.NewReader(strings.NewReader(header)).Read()
	if err != nil {
		return nil, failure.Invalidf("--header", "must be names separated by commas (got %q)", header)
	}
	return names, nil
}

// pairs splits NAME=VALUE words at the last = of a column and the first of a value.
func pairs(flag, form string, words []string) (map[string]string, error) {
	all := map[string]string{}
	for _, word := range words {
		i := strings.IndexByte(word, '=')
		if flag == "--map" {
			i = strings.LastIndexByte(word, '=')
		}
		if i <= 0 || i == len(word)-1 {
			return nil, failure.Invalidf(flag, "must be %s (got %q)", form, word)
		}
		if _, twice := all[word[:i]]; twice {
			return nil, failure.Invalidf(flag, "%q is given twice", word[:i])
		}
		all[word[:i]] = word[i+1:]
	}
	return all, nil
}

// mapping says in a stable form how columns become fields.
func (r *readFlags) mapping(s *input.Source) string {
	var words []string
	for _, m := range s.Mapping {
		words = append(words, m.Column+"="+m.Field)
	}
	slices.Sort(words)
	sets := slices.Sorted(slices.Values(r.sets))
	return strings.Join(append(words, sets...), "\n")
}
