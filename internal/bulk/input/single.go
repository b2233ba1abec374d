package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/nearest"
)

// Text is a value of a record, and where it stands in the file, from 1.
type Text struct {
	Value        string
	Line, Column int
}

// ReadRecord reads one customer from a JSON or YAML file; path - reads stdin. The keys are those of [record.Fields]; null
// leaves a field out; every other value must be text, because nothing is converted. Errors are *Error, or those
// of opening the file.
func ReadRecord(stdin io.Reader, path string) (map[string]Text, error) {
	data, err := readSmall(stdin, path)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return readJSON(path, data) // as YAML it would be taken with comments and names given twice, but not with \ud83d
	}
	return readYAML(path, data)
}

func readSmall(stdin io.Reader, path string) ([]byte, error) {
	in := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxRecordBytes+1))
	if err == nil && len(data) > maxRecordBytes {
		err = &Error{File: path, Msg: "the file is larger than 1 MiB; `hydractl customers import` takes files with many customers"}
	}
	return data, err
}

func readJSON(path string, data []byte) (map[string]Text, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	record := map[string]Text{}
	_, err := dec.ReadToken()
	for err == nil && dec.PeekKind() != '}' {
		err = readJSONField(path, data, dec, record)
	}
	if err == nil {
		_, err = dec.ReadToken()
	}
	if err == nil {
		if _, err = dec.ReadToken(); errors.Is(err, io.EOF) {
			return record, nil
		}
		if err == nil {
			err = errors.New("there is more after the object")
		}
	}
	if placed, ok := errors.AsType[*Error](err); ok {
		return nil, placed
	}
	line, column := position(data, dec.InputOffset())
	msg := err.Error()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		line, column = position(data, syntax.ByteOffset)
		msg = syntax.Err.Error()
	}
	return nil, &Error{File: path, Line: line, Column: column, Msg: "not JSON: " + msg}
}

// readJSONField reads one member; the decoder itself refuses a name given twice.
func readJSONField(path string, data []byte, dec *jsontext.Decoder, given map[string]Text) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	name := token.String()
	line, column := position(data, dec.InputOffset()-int64(len(name))-2)
	if !slices.Contains(record.FieldNames(), name) {
		return &Error{File: path, Line: line, Column: column, Field: name, Msg: "unknown field" + suggestion(name)}
	}
	kind := dec.PeekKind()
	if kind != 'n' && kind != '"' && kind != 0 {
		return &Error{File: path, Line: line, Column: column, Field: name, Msg: "expected text; write it in quotes"}
	}
	value, err := dec.ReadValue()
	if err != nil || kind != '"' {
		return err
	}
	line, column = position(data, dec.InputOffset()-int64(len(value)))
	text, err := jsontext.AppendUnquote(nil, value)
	given[name] = Text{string(text), line, column}
	return err
}

// position counts the line and the column of a byte, from 1; columns are characters.
func position(data []byte, offset int64) (line, column int) {
	before := data[:min(max(offset, 0), int64(len(data)))]
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

func readYAML(path string, data []byte) (map[string]Text, error) {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{File: path, Msg: "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, &Error{File: path, Line: more.Line, Msg: "there is more than one customer; `hydractl customers import` takes many"}
	}
	if len(doc.Content) == 0 {
		return nil, &Error{File: path, Msg: "the file is empty; expected an object with the fields of a customer"}
	}
	return readMapping(path, doc.Content[0])
}

func readMapping(path string, node *yaml.Node) (map[string]Text, error) {
	if node.Kind != yaml.MappingNode {
		return nil, &Error{File: path, Line: node.Line, Column: node.Column, Msg: "expected one object with the fields of a customer"}
	}
	given := map[string]Text{}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		fail := func(n *yaml.Node, format string, args ...any) error {
			return &Error{File: path, Line: n.Line, Column: n.Column, Field: key.Value, Msg: fmt.Sprintf(format, args...)}
		}
		switch {
		case !slices.Contains(record.FieldNames(), key.Value):
			return nil, fail(key, "unknown field%s", suggestion(key.Value))
		case seen[key.Value]:
			return nil, fail(key, "the field is given twice")
		case value.Kind == yaml.AliasNode:
			return nil, fail(value, "aliases are not followed")
		case value.Tag == "!!null":
		case value.Tag != "!!str":
			return nil, fail(value, "expected text; write it in quotes")
		default:
			given[key.Value] = Text{value.Value, value.Line, value.Column}
		}
		seen[key.Value] = true
	}
	return given, nil
}

func suggestion(name string) string {
	if field, ok := fieldTable(readColumnNames().Aliases)[foldName(name)]; ok {
		return ", did you mean " + fieldName(field) + "?"
	}
	if near := nearest.Match(strings.ToLower(name), record.FieldNames()); near != "" {
		return ", did you mean " + near + "?"
	}
	return "; the fields are " + strings.Join(record.FieldNames(), ", ")
}
