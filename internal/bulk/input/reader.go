package input

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

// ReadOptions say how an input is read; the zero value detects everything.
type ReadOptions struct {
	Name          string            // of the input in messages; "" is its path
	Format        string            // FormatCSV, FormatJSONL or FormatJSON; "" goes by the name, then by the content
	Delimiter     rune              // of CSV, one ASCII character; 0 detects one of , ; tab |
	Encoding      string            // one of Encodings; "" is what the byte order mark says, or UTF-8
	LazyQuotes    bool              // CSV: take quotes inside cells as text
	Map           map[string]string // column or key -> field, before the names that are known
	Set           map[string]string // field -> text for every row
	IgnoreColumns []string          // columns or keys to leave out
	IgnoreUnknown bool              // leave out all that are not known
	NullToken     string            // a text that means "left out", such as NULL; "" for none
	Raw           bool              // CSV: leave the apostrophe of Guard in place
}

// Source is an input file, described by its head. It can be read any number of times, also by several readers at once.
type Source struct {
	Name    string   // as the user named it; - is stdin
	Path    string   // the file that is read: for stdin and FIFOs the copy of them
	Size    int64    // bytes
	Format  string   // FormatCSV, FormatJSONL or FormatJSON
	Notes   []string // what was detected, for the plan
	Header  []string // the columns of CSV as they stand in the file; nil for JSON
	Mapping []Mapped // the columns of CSV in order; for JSON the keys met so far in Validate

	file    *os.File
	info    fs.FileInfo // of file as it was opened
	spooled bool
	charset charset
	mapper  *mapper
	options ReadOptions
	preset  [record.FieldCount]value // ReadOptions.Set
	csv     csvLayout
	at      atomic.Int64 // how far the pass under way has come, in bytes
	keysMet bool         // a pass over JSON came to the end, so Mapping is complete
	sum     string       // SHA-256 once a pass came to the end
}

// Open looks at the head of an input: a path, or - for stdin. Stdin, FIFOs and devices are copied to a file in dir
// first, which [Source.Close] removes. Errors are *InputError, several of them joined, or those of the system.
func Open(ctx context.Context, path string, stdin io.Reader, dir string, o ReadOptions) (*Source, error) {
	m, err := newMapper(o)
	if err != nil {
		return nil, err
	}
	s := &Source{Name: cmp.Or(o.Name, path), options: o, mapper: m}
	if err := s.presetFields(o.Set); err != nil {
		return nil, err
	}
	if s.file, s.spooled, err = openInput(ctx, path, stdin, dir); err != nil {
		return nil, err
	}
	if err := s.open(o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Source) open(o ReadOptions) (err error) {
	s.Path = s.file.Name()
	if s.info, err = s.file.Stat(); err != nil {
		return err
	}
	s.Size = s.info.Size()
	head, err := s.sniff(o)
	if err != nil || s.Format != FormatCSV {
		return err
	}
	return s.openCSV(head, o.Delimiter)
}

// presetFields checks the constants.
func (s *Source) presetFields(set map[string]string) error {
	for name, text := range set {
		field, err := fieldIndex(name)
		if err == nil {
			err = record.CheckField(name, text)
		}
		if err != nil {
			return &InputError{File: "--set " + name, Msg: strings.TrimPrefix(err.Error(), "the email ")}
		}
		s.preset[field] = value{text: []byte(text), at: -1, flags: flagsOf([]byte(text)), given: true}
	}
	return nil
}

// KeepAs moves the copy of stdin to path, in a journal's folder, where it stays when the source is closed; an input that is no copy is
// left alone. No pass over the input may be under way.
func (s *Source) KeepAs(path string) error {
	if !s.spooled {
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
	s.file, s.Path, s.spooled = file, path, err != nil
	return err
}

// Copied tells that the input is a copy, of stdin or of what else can be read only once.
func (s *Source) Copied() bool { return s.spooled }

// Close removes the copy of stdin, unless it is to be kept.
func (s *Source) Close() error {
	err := s.file.Close()
	if s.spooled {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// Passed is how many bytes of Size the latest pass over the input has read. It is safe for concurrent use.
func (s *Source) Passed() int64 { return s.at.Load() }

// ErrChanged says that the input is not the file any more that was opened.
var ErrChanged = errors.New("the file was changed while it was being read")

// Changed tells whether the file has grown, shrunk, been written to or been replaced since it was opened.
func (s *Source) Changed() bool {
	if s.modified() {
		return true
	}
	now, err := os.Stat(s.Path)
	return err == nil && !os.SameFile(now, s.info)
}

// modified looks at the open file alone.
func (s *Source) modified() bool {
	now, err := s.file.Stat()
	return err != nil || now.Size() != s.info.Size() || !now.ModTime().Equal(s.info.ModTime())
}

// steady reads a file and fails when it has changed meanwhile.
type steady struct {
	io.Reader
	source *Source
}

func (r steady) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.source.at.Add(int64(n))
	if r.source.modified() {
		return 0, fmt.Errorf("%s: %w", r.source.Name, ErrChanged)
	}
	return n, err
}
