// Package input reads a file of customers as people have it, and checks every row: what it is, how its columns are used, which of its
// rows can be sent, and what is not sent as it stands in the file.
package input

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
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
	Name       string   // as the user named it; - is stdin
	Path       string   // the file that is read: for stdin and FIFOs the copy of them
	Size       int64    // bytes
	Format     string   // FormatCSV, FormatJSONL or FormatJSON
	Product    string   // whose export it is, "" when it is none that is known
	HeaderLine int      // physical line of the header of CSV, 0 for none
	Notes      []string // what was detected, for the plan
	Header     []string // the columns of CSV as they stand in the file; nil for JSON
	Mapping    []Mapped // the columns of CSV in order; for JSON the keys met by Validate
	ImportID   string   // of the import that a file of rejects comes from, "" for others

	file      *os.File
	info      fs.FileInfo // of file as it was opened
	copied    *files.Held // of stdin, nil for the user's own file or once it is kept
	charset   charset
	mapper    *mapper
	nulls     *nullTokens
	options   ReadOptions
	constants [record.FieldCount]value // ReadOptions.Set
	csv       csvLayout
	at        atomic.Int64 // how far the pass under way has come, in bytes
	sum       checksum
	content   *content
}

// Open looks at the head of an input: a path, or - for stdin. Stdin, FIFOs and devices are copied to a file in dir
// first, which [Source.Close] removes. Errors are *Error, several of them joined, or those of the system.
func Open(ctx context.Context, path string, stdin io.Reader, dir string, o ReadOptions) (*Source, error) {
	s, err := newSource(cmp.Or(o.Name, path), o)
	if err != nil {
		return nil, err
	}
	if s.file, s.copied, err = openInput(ctx, path, stdin, dir, o.MaxInput); err != nil {
		return nil, err
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Reopen looks at the head of the same input again, with other options. The source that it returns takes the place of s; after an
// error s is still the one to close. No pass over the input may be under way.
func (s *Source) Reopen(o ReadOptions) (*Source, error) {
	again, err := newSource(s.Name, o)
	if err != nil {
		return nil, err
	}
	again.file, again.copied = s.file, s.copied
	return again, again.open()
}

// newSource refuses options that no input can be read with, all of them at once.
func newSource(name string, o ReadOptions) (*Source, error) {
	m, err := newMapper(o)
	s := &Source{Name: name, options: o, mapper: m}
	return s, errors.Join(err, s.setConstants(o.Set))
}

func (s *Source) open() (err error) {
	s.Path = s.file.Name()
	if s.info, err = s.file.Stat(); err != nil {
		return err
	}
	s.Size = s.info.Size()
	s.content = newContent(s.Size)
	s.content.ctime.Store(files.ChangeTime(s.info))
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
		field, err := fieldIndex(name)
		if err == nil {
			err = record.CheckField(name, text)
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

// KeepAs moves the copy of stdin to path, in a journal's folder, where it stays when the source is closed; an input that is no copy is
// left alone. No pass over the input may be under way.
func (s *Source) KeepAs(path string) error {
	if s.copied == nil {
		return nil
	}
	if err := s.file.Close(); err != nil { // not every system moves an open file
		return err
	}
	err := files.Disk().Rename(s.Path, path)
	if err != nil {
		path = s.Path
	}
	file, openErr := os.Open(path)
	if openErr != nil {
		return errors.Join(err, openErr)
	}
	s.file, s.Path = file, path
	if s.copied.File = file; err == nil {
		s.copied.Release()
		s.copied = nil
	}
	return err
}

// Copied reports whether the input is a copy, of stdin or of what else can be read only once.
func (s *Source) Copied() bool { return s.copied != nil }

// Close removes the copy of stdin, unless it is to be kept.
func (s *Source) Close() error {
	err := s.file.Close()
	if s.copied != nil {
		err = errors.Join(err, os.Remove(s.file.Name()))
		s.copied.Release()
	}
	return err
}

// Passed is how many bytes of Size the latest pass over the input has read. It is safe for concurrent use.
func (s *Source) Passed() int64 { return s.at.Load() }

// ErrChanged is the error of an input that is not the file any more that was opened.
var ErrChanged = errors.New("the file was changed while it was being read")

// Changed reports whether the file has grown, shrunk, been written to or been replaced since it was opened.
func (s *Source) Changed() bool {
	if s.modified() {
		return true
	}
	now, err := os.Stat(s.Path)
	return err == nil && !os.SameFile(now, s.info) || s.rewritten()
}

// modified looks at the open file alone.
func (s *Source) modified() bool {
	now, err := s.file.Stat()
	return err != nil || now.Size() != s.info.Size() || !now.ModTime().Equal(s.info.ModTime())
}
