package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// sniffBytes is how much of a file is looked at to find out what it is.
const sniffBytes = 64 << 10

// Formats of an input.
const (
	FormatCSV   = "csv"
	FormatJSONL = "jsonl" // an object a line
	FormatJSON  = "json"  // an array of objects, or objects one after another
)

// sniff returns the head of the file, and finds its charset and its format.
func (s *Source) sniff() (head []byte, err error) {
	raw := make([]byte, sniffBytes)
	n, err := s.file.ReadAt(raw, 0)
	if err != nil && n == 0 && s.Size > 0 {
		return nil, err
	}
	raw = raw[:n]
	if kind, hint := otherKind(raw); kind != "" {
		return nil, s.refuse("this is %s; %s", kind, hint)
	}
	if s.charset, err = detectCharset(raw, s.options.Encoding); err != nil {
		return nil, s.refuse("%v", err)
	}
	if s.charset.name != utf8Name || s.charset.mark > 0 {
		s.note("encoding %s%s", s.charset.name, map[bool]string{true: " (byte order mark)"}[s.charset.mark > 0])
	}
	head, _ = io.ReadAll(s.charset.decode(bytes.NewReader(raw[s.charset.mark:]))) // the last character may be cut
	s.Format, err = s.findFormat(head)
	return head, err
}

// otherKind names files that are no text, by their first bytes, and what to do with them.
func otherKind(head []byte) (kind, hint string) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \r\n")
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
		{"BEGIN:VCARD", "a file of vCards", "export the contacts as CSV"},
		{"BEGIN:VCALENDAR", "a calendar", "export the contacts as CSV"},
		{"From ", "a mailbox", "export the contacts as CSV"},
		{"Return-Path:", "a mail", "export the contacts as CSV"},
		{"Received:", "a mail", "export the contacts as CSV"},
		{"HTTP/1.", "an answer with its headers", "leave them out: curl without -i"},
		{"HTTP/2 ", "an answer with its headers", "leave them out: curl without -i"},
		{"dn: ", "LDIF", "export the entries as CSV"},
		{"{\\rtf", "an RTF document", "save the table as CSV UTF-8"},
		{"<?xml", "XML", "export the data as CSV"},
		{"<!DOCTYPE", "a web page", "export the data as CSV"},
		{"<html", "a web page", "export the data as CSV"},
		{"<table", "a table in HTML, as some programs write for Excel", "open it in a spreadsheet and save it as CSV UTF-8"},
		{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"},
		{"Rar!\x1a\x07", "a RAR archive", "unpack it first"},
		{"\x00\x01\x00\x00Standard ", "a database of Access", "export the table as CSV"},
		{"Obj\x01", "an Avro file", "export the data as CSV"},
		{"ARROW1", "an Arrow file", "export the data as CSV"},
		{"\x89PNG", "a picture", "export the data as CSV"},
		{"\xff\xd8\xff", "a picture", "export the data as CSV"},
	} {
		start := text[:min(len(text), len(k.magic))]
		if string(start) == k.magic || k.magic[0] == '<' && strings.EqualFold(string(start), k.magic) {
			return k.kind, k.hint
		}
	}
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimSpace(line)
	if bytes.HasPrefix(line, []byte("- ")) && bytes.Contains(line, []byte(": ")) || string(line) == "---" ||
		bytes.HasSuffix(line, []byte(":")) && bytes.HasPrefix(bytes.TrimLeft(rest, " "), []byte("- ")) {
		return "YAML", "convert it first: yq -o=json FILE | hydractl customers import -"
	}
	for _, start := range []string{"INSERT INTO ", "CREATE TABLE ", "-- MYSQL DUMP", "--\n-- POSTGRESQL DATABASE DUMP"} {
		if bytes.HasPrefix(bytes.ToUpper(text[:min(len(text), 64)]), []byte(start)) {
			return "a dump of a database in SQL", `load it and export the table as CSV: psql --csv -c "SELECT ..." or mysql --batch -e "SELECT ..."`
		}
	}
	if bytes.HasPrefix(line, []byte("COPY ")) && bytes.HasSuffix(line, []byte(" FROM stdin;")) {
		return "a dump of PostgreSQL", `load it and export the table as CSV: psql --csv -c "SELECT ..."`
	}
	if bytes.HasPrefix(line, []byte("<")) && bytes.HasSuffix(bytes.TrimSpace(head), []byte(">")) {
		return "XML", "export the data as CSV"
	}
	return "", ""
}

// findFormat takes the format that was asked for, or goes by the content, and by the name where that says nothing.
func (s *Source) findFormat(head []byte) (string, error) {
	switch asked := s.options.Format; asked {
	case FormatCSV:
		if isJSON(head) {
			return "", &Error{File: s.Name, Msg: "the file is JSON, not CSV; leave --format out"}
		}
		return FormatCSV, nil
	case FormatJSONL, FormatJSON:
		return asked, nil
	case "":
	default:
		return "", s.refuse("unknown format %q; the formats are csv, jsonl, json", asked)
	}
	text := bytes.TrimSpace(head)
	extension := strings.ToLower(filepath.Ext(s.Name))
	lines := extension == ".jsonl" || extension == ".ndjson"
	switch {
	case (lines || extension == ".json") && s.looksLikeCSV(text):
		s.note("format csv (the file is CSV, though it is named %s)", extension)
		return FormatCSV, nil
	case extension == ".json":
		return FormatJSON, nil
	case extension == ".csv" || extension == ".tsv":
		if !isJSON(head) {
			return FormatCSV, nil
		}
		s.note("the file is JSON, though it is named %s", extension)
	}
	list, _ := s.mapper.listHead(text)
	switch {
	case bytes.HasPrefix(text, []byte("[")) && (isJSON(head) || extension == ""):
		s.note("format json (the file begins with [)")
		return FormatJSON, nil
	case !lines && list > 0:
		s.note("format json (the file begins as a list of objects)")
		return FormatJSON, nil
	case isOverLines(text):
		s.note("format json (an object spans several lines)")
		return FormatJSON, nil
	case lines:
		return FormatJSONL, nil
	case bytes.HasPrefix(text, []byte("{")):
		s.note("format jsonl (the file begins with {)")
		return FormatJSONL, nil
	}
	return FormatCSV, nil
}

// looksLikeCSV reports whether the first line of a text that does not begin as JSON names a known column.
func (s *Source) looksLikeCSV(text []byte) bool {
	if len(text) == 0 || text[0] == '{' || text[0] == '[' {
		return false
	}
	for _, d := range []byte(",;\t|") {
		if scan := s.scanHead(text, dialect{delimiter: d}); scan.first.known > 0 {
			return true
		}
	}
	return false
}

// isJSON reports whether a text begins as an object, or as an array of them.
func isJSON(head []byte) bool {
	text := bytes.TrimLeft(head, " \t\r\n")
	if inner, found := bytes.CutPrefix(text, []byte("[")); found {
		text = bytes.TrimLeft(inner, " \t\r\n")
	}
	key, found := bytes.CutPrefix(text, []byte("{"))
	key = bytes.TrimLeft(key, " \t\r\n")
	return found && (bytes.HasPrefix(key, []byte(`"`)) || bytes.HasPrefix(key, []byte("}")))
}

// isOverLines reports whether the first value of a text is an object that does not end on its first line.
func isOverLines(text []byte) bool {
	line, _, found := bytes.Cut(text, []byte("\n"))
	if !found || !bytes.HasPrefix(text, []byte("{")) {
		return false
	}
	dec := jsontext.NewDecoder(bytes.NewReader(line))
	_, err := dec.ReadValue()
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	_, err = jsontext.NewDecoder(bytes.NewReader(text)).ReadValue()
	return err == nil || errors.Is(err, io.ErrUnexpectedEOF) && len(text) > sniffBytes/2
}

// String names the format and what stands in the file, for the plan.
func (s *Source) String() string {
	switch s.Format {
	case FormatCSV:
		text := fmt.Sprintf("CSV, %s, delimiter %s", s.charset.name, delimiterName(s.csv.delimiter))
		if s.HeaderLine > 1 {
			text += fmt.Sprintf(", header on line %d", s.HeaderLine)
		} else if s.HeaderLine == 0 {
			text += ", no header"
		}
		return text
	case FormatJSONL:
		return "JSON lines, " + s.charset.name
	}
	return "JSON, " + s.charset.name
}
