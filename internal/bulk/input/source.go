// Package input reads a file of customers as people have it, and checks every row: what it is, how its columns are used, which of its
// rows can be sent, and what is not sent as it stands in the file.
package input

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// ReadOptions say how an input is read; the zero value detects everything.
type ReadOptions struct {
	Name          string            // of the input in messages; "" is its path
	Format        string            // FormatCSV, FormatJSONL or FormatJSON; "" goes by the content, then by the name
	Delimiter     rune              // of CSV, one ASCII character; 0 detects one of , ; tab |
	Encoding      string            // see EncodingHelp; "" is what the byte order mark says, or UTF-8
	LazyQuotes    bool              // CSV: take quotes inside cells as text
	Header        []string          // CSV: the names of the columns of a file without a header
	HeaderLine    int               // CSV: the physical line of the header, from 1; 0 is the first that is not empty
	Preset        string            // the product whose export it is, or PresetNone; "" recognizes it
	Map           map[string]string // column or key -> field, before the names that are known
	Set           map[string]string // field -> text for every row
	IgnoreColumns []string          // columns or keys to leave out
	IgnoreUnknown bool              // leave out all that are not known
	NullTokens    []string          // texts that mean an empty cell: TOKEN, or COLUMN:TOKEN for one column or field
	Raw           bool              // keep blanks around cells, and the apostrophe of Guard
	MaxInput      int64             // bytes of stdin, or of what else has to be copied first; 0 for any number
}

// Source is an input file, described by its head. Once [Validate] has read it through, nothing of it changes any more, and it can
// be read any number of times, also by several readers at once.
type Source struct {
	*File

	Name       string   // as the user named it; - is stdin
	Format     string   // FormatCSV, FormatJSONL or FormatJSON
	Product    string   // whose export it is, "" when it is none that is known
	HeaderLine int      // physical line of the header of CSV, 0 for none
	Notes      []string // what was detected, for the plan
	Header     []string // the columns of CSV as they stand in the file; nil for JSON
	Mapping    []Mapped // the columns of CSV in order; for JSON the keys met by Validate
	ImportID   string   // of the import that a file of rejects comes from, "" for others

	charset   charset
	mapper    *mapper
	nulls     *nullTokens
	options   ReadOptions
	constants [record.FieldCount]value // ReadOptions.Set
	csv       csvLayout
}

// Open opens a file and looks at its head, see [OpenFile] and [File.Source].
func Open(ctx context.Context, path string, stdin io.Reader, dir string, o ReadOptions) (*Source, error) {
	file, err := OpenFile(ctx, path, stdin, dir, o.MaxInput)
	if err != nil {
		return nil, err
	}
	s, err := file.Source(o)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

// Source looks at the head of a file. It may be called again with other options, as long as no pass over the file is under way. Errors
// are *Error, several of them joined, or those of the system.
func (f *File) Source(o ReadOptions) (*Source, error) {
	s, err := newSource(cmp.Or(o.Name, f.name), o)
	if err != nil {
		return nil, err
	}
	s.File = f
	return s, s.open()
}

// newSource refuses options that no input can be read with, all of them at once.
func newSource(name string, o ReadOptions) (*Source, error) {
	m, err := newMapper(o)
	s := &Source{Name: name, options: o, mapper: m}
	return s, errors.Join(err, s.setConstants(o.Set))
}

func (s *Source) open() (err error) {
	head, err := s.sniff()
	if err != nil {
		return err
	}
	if s.Format == FormatCSV {
		err = s.openCSV(head)
	} else {
		s.openJSON(head)
	}
	if s.mapper.preset != nil {
		s.Product = s.mapper.preset.Name
	}
	s.nulls = newNullTokens(s.options.NullTokens, s.mapper)
	return err
}

// Check refuses options that no input can be read with, all of them at once.
func (o ReadOptions) Check() error {
	_, err := newSource("", o)
	return err
}

// setConstants checks the values of --set.
func (s *Source) setConstants(set map[string]string) error {
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(set)) {
		text := set[name]
		field, ok := fieldIndex(name)
		var err error
		if ok {
			err = record.CheckField(name, text)
		} else {
			err = noField(name)
		}
		if err != nil {
			wrong = append(wrong, &Error{File: "--set " + name, Msg: strings.TrimPrefix(err.Error(), "the email ")})
			continue
		}
		s.constants[field] = value{text: []byte(text), at: -1, flags: flagsOf([]byte(text)), given: true}
	}
	return errors.Join(wrong...)
}

func (s *Source) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}

func (s *Source) refuse(format string, args ...any) error {
	return &Error{File: s.Name, Msg: fmt.Sprintf(format, args...)}
}

// Encoding is the name of the file's encoding.
func (s *Source) Encoding() string { return s.charset.name }

// Delimiter is what separates the cells of a CSV file.
func (s *Source) Delimiter() rune { return rune(s.csv.delimiter) }

// Transcoded reports whether the file is not in UTF-8.
func (s *Source) Transcoded() bool { return s.charset.name != utf8Name }

// Raw reports whether cells are taken as they stand.
func (s *Source) Raw() bool { return s.options.Raw }

// OwnCells leaves out the cells of the columns that a file of rejects has added; where the length of the row is another one, it
// is not known which they are.
func (s *Source) OwnCells(cells []string) []string {
	if len(cells) != len(s.Header) {
		return slices.Clone(cells)
	}
	var kept []string
	for i, cell := range cells {
		if !IsOwnColumn(s.Header[i]) {
			kept = append(kept, cell)
		}
	}
	return kept
}
