package input

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// sniffBytes is how much of a file is looked at to tell what it is.
const sniffBytes = 64 << 10

// Formats of an input.
const (
	FormatCSV   = "csv"
	FormatJSONL = "jsonl" // an object a line
	FormatJSON  = "json"  // an array of objects, or objects one after another
)

// sniff gives the head of the file, its charset and its format.
func (s *Source) sniff(o ReadOptions) (head []byte, err error) {
	raw := make([]byte, sniffBytes)
	n, err := s.file.ReadAt(raw, 0)
	if err != nil && n == 0 && s.Size > 0 {
		return nil, err
	}
	raw = raw[:n]
	if kind, hint := otherKind(raw); kind != "" {
		return nil, s.refuse("this is %s; %s", kind, hint)
	}
	if s.charset, err = detectCharset(raw, o.Encoding); err != nil {
		return nil, s.refuse("%v", err)
	}
	if s.charset.name != utf8Name || s.charset.mark > 0 {
		s.note("encoding %s%s", s.charset.name, map[bool]string{true: " (byte order mark)"}[s.charset.mark > 0])
	}
	head, _ = io.ReadAll(s.charset.decode(bytes.NewReader(raw[s.charset.mark:]))) // the last character may be cut
	s.Format, err = s.format(o.Format, head)
	return head, err
}

// otherKind names files that are no text, by their first bytes, and what to do with them.
func otherKind(head []byte) (kind, hint string) {
	for _, k := range []struct{ magic, kind, hint string }{
		{"\x1f\x8b", "a gzip file", "unpack it first: gunzip -c FILE | hydractl customers import -"},
		{"(\xb5\x2f\xfd", "a zstd file", "unpack it first: zstd -dc FILE | hydractl customers import -"},
		{"\xfd7zXZ\x00", "an xz file", "unpack it first: xz -dc FILE | hydractl customers import -"},
		{"BZh", "a bzip2 file", "unpack it first: bunzip2 -c FILE | hydractl customers import -"},
		{"PK\x03\x04", "a zip file or an Excel workbook", "unpack it, or save the sheet as CSV UTF-8"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook", "save the sheet as CSV UTF-8"},
		{"%PDF-", "a PDF file", "export the data as CSV"},
		{"PAR1", "a Parquet file", "export the data as CSV"},
		{"SQLite format 3\x00", "a SQLite database", "export the table as CSV"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.kind, k.hint
		}
	}
	return "", ""
}

// format is the one asked for, or goes by the name, or by the first character.
func (s *Source) format(asked string, head []byte) (string, error) {
	switch asked {
	case FormatCSV, FormatJSONL, FormatJSON:
		return asked, nil
	case "":
	default:
		return "", s.refuse("the format %q is not known; the formats are csv, jsonl, json", asked)
	}
	switch strings.ToLower(filepath.Ext(s.Name)) {
	case ".csv", ".tsv":
		return FormatCSV, nil
	case ".jsonl", ".ndjson":
		return FormatJSONL, nil
	case ".json":
		return FormatJSON, nil
	}
	switch text := bytes.TrimSpace(head); {
	case bytes.HasPrefix(text, []byte("[")):
		s.note("format json (the file begins with [)")
		return FormatJSON, nil
	case isList(text):
		s.note("format json (the file begins as a list of the API)")
		return FormatJSON, nil
	case bytes.HasPrefix(text, []byte("{")):
		s.note("format jsonl (the file begins with {)")
		return FormatJSONL, nil
	}
	return FormatCSV, nil
}

func (s *Source) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}

func (s *Source) refuse(format string, args ...any) error {
	return &InputError{File: s.Name, Msg: fmt.Sprintf(format, args...)}
}
