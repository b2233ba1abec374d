package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/hydracore/hydractl/internal/nearest"
)

// parseTree parses one YAML document; nil when there is none. The message of the parser is kept only
// where it cannot quote the file, which may hold a secret.
func parseTree(path string, data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root, second yaml.Node
	err := decoder.Decode(&root)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, syntaxError(path, data, err)
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
		return &root, nil
	case err != nil:
		return nil, syntaxError(path, data, err)
	default:
		return nil, &Error{Code: CodeSyntax, Where: path, Line: second.Line, Column: second.Column, Message: "a second YAML document starts here; the file takes one"}
	}
}

func syntaxError(path string, data []byte, err error) *Error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := firstUnreadable(data)
	if number, rest, ok := strings.Cut(strings.TrimPrefix(message, "line "), ": "); ok {
		if n, err := strconv.Atoi(number); err == nil {
			line, message = n, rest
		}
	}
	if strings.ContainsAny(message, "'`\"") {
		message = "a tag, an anchor or a character that has no place here"
	}
	return &Error{Code: CodeSyntax, Where: path, Line: line, Message: "not valid YAML: " + message}
}

// firstUnreadable returns the line of the first character that YAML does not allow, else 1: what the parser leaves out.
func firstUnreadable(data []byte) int {
	line := 1
	for _, r := range string(data) {
		if r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) {
			return line
		}
		if r == '\n' {
			line++
		}
	}
	return 1
}

// fail is a mistake at a node.
func (f *File) fail(code Code, n *yaml.Node, format string, args ...any) *Error {
	return &Error{Code: code, Where: f.path, Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)}
}

// special are the keys of a mapping that are no settings, with what reads their values.
type special map[string]func(*yaml.Node) error

// document checks the tree and takes what it says. It stops at the first mistake.
func (f *File) document(n *yaml.Node) (err error) {
	if !isNull(n) {
		f.sections[""], err = f.mapping(n, "the file", special{"profile": f.readCurrent, "profiles": f.readProfiles})
	}
	return err
}

// mapping returns the settings of the file or of a profile.
func (f *File) mapping(n *yaml.Node, what string, special special) (values, error) {
	if n.Kind != yaml.MappingNode || n.Anchor != "" {
		return nil, f.fail(CodeSyntax, n, "%s must be lines of the form `key: value`", what)
	}
	found, seen := values{}, map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !plain(key) {
			return nil, f.fail(CodeSyntax, key, "a key must be a plain word")
		}
		if line, twice := seen[key.Value]; twice {
			return nil, f.fail(CodeSyntax, key, "%s is set twice, first on line %d", key.Value, line)
		}
		seen[key.Value] = key.Line
		var err error
		if read := special[key.Value]; read != nil {
			err = read(value)
		} else {
			found[key.Value], err = f.setting(key, value, special)
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (f *File) setting(key, value *yaml.Node, special special) (fileValue, error) {
	definition, err := Define(key.Value)
	if err != nil {
		names := slices.AppendSeq(settingNames(), maps.Keys(special))
		slices.Sort(names)
		e := unknownKey(key.Value, names)
		e.Where, e.Line, e.Column = f.path, key.Line, key.Column
		return fileValue{}, e
	}
	text, err := f.value(definition, value)
	return fileValue{text, value.Line, value.Column}, err
}

// value returns a value as text. It checks its type as YAML sees it, then the value.
func (f *File) value(d Definition, n *yaml.Node) (string, error) {
	tag := n.ShortTag()
	switch {
	case isNull(n):
		return "", f.fail(CodeValue, n, "%s has no value: give one or remove the line", d.Name)
	case d.Kind == Command:
		return f.words(d, n)
	case !plain(n):
		return "", f.fail(CodeValue, n, "%s takes one plain %s value", d.Name, d.Kind)
	case d.Kind == Integer && tag != "!!int", d.Kind == Boolean && tag != "!!bool":
		return "", f.fail(CodeValue, n, "%s takes a value of type %s (%s), without quotes", d.Name, d.Kind, d.Range())
	case d.Range() == "" && tag != "!!str":
		return "", f.fail(CodeValue, n, "%s is text: put the value in quotes", d.Name)
	}
	if _, err := d.Check(n.Value); err != nil {
		return "", f.fail(CodeValue, n, "%s %v", d.Name, err)
	}
	return n.Value, nil
}

// words returns a program with its arguments.
func (f *File) words(d Definition, n *yaml.Node) (string, error) {
	if n.Kind != yaml.SequenceNode || n.Anchor != "" {
		return "", f.fail(CodeValue, n, "%s takes a list: [PROGRAM, ARGUMENT, ...]", d.Name)
	}
	var words []string
	for _, word := range n.Content {
		if !isText(word) {
			return "", f.fail(CodeValue, word, "%s takes a list of texts: put this one in quotes", d.Name)
		}
		words = append(words, word.Value)
	}
	if err := checkWords(words); err != nil {
		return "", f.fail(CodeValue, n, "%s %v", d.Name, err)
	}
	return joinWords(words), nil
}

func (f *File) readCurrent(n *yaml.Node) error {
	switch {
	case isNull(n):
		return nil
	case !isText(n):
		return f.fail(CodeValue, n, "profile takes the name of a profile")
	}
	f.current = fileValue{n.Value, n.Line, n.Column}
	return nil
}

func (f *File) readProfiles(n *yaml.Node) error {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode || n.Anchor != "" {
		return f.fail(CodeSyntax, n, "profiles must be a list: one `- name: NAME` for each")
	}
	seen := map[string]int{}
	for _, item := range n.Content {
		if err := f.readProfile(item, seen); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) readProfile(n *yaml.Node, seen map[string]int) error {
	name := ""
	settings, err := f.mapping(n, "a profile", special{"name": func(value *yaml.Node) error {
		if !isText(value) {
			return f.fail(CodeValue, value, "name takes the name of the profile as text")
		}
		if err := checkProfileName(value.Value); err != nil {
			return f.fail(CodeValue, value, "%v", err)
		}
		name = value.Value
		if line, twice := seen[name]; twice {
			return f.fail(CodeValue, value, "there are two profiles named %s, the first on line %d", name, line)
		}
		seen[name] = value.Line
		return nil
	}})
	if err == nil && name == "" {
		err = f.fail(CodeSyntax, n, "this profile has no name")
	}
	if err != nil {
		return err
	}
	f.own = append(f.own, name)
	f.sections[name] = settings
	return nil
}

// plain reports whether a node is a single value without anchor, alias or tag.
func plain(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Anchor == "" && n.Style&yaml.TaggedStyle == 0
}

// isText reports whether a node is a single text.
func isText(n *yaml.Node) bool { return plain(n) && n.ShortTag() == "!!str" }

// checkProfileName refuses names that are not letters, digits, dots, dashes and underscores (64 at most, the first a letter
// or digit), and the reserved one.
func checkProfileName(name string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	if name == "" || len(name) > 64 || strings.Trim(name, letters+"._-") != "" || !strings.Contains(letters, name[:1]) {
		return fmt.Errorf("%s is not a profile name: use letters, digits, dots, dashes and underscores", shown(name))
	}
	if strings.HasPrefix(name, "hc_") {
		return fmt.Errorf("a profile name that starts with hc_ looks like an API key")
	}
	if name == Sandbox || name == Environment {
		return fmt.Errorf("%s is built in and cannot be changed", name)
	}
	return nil
}

// unknownKey names a key that is no setting, and offers the nearest one that is.
func unknownKey(name string, known []string) *Error {
	e := &Error{Code: CodeKey, Message: "unknown setting " + shown(name), Hint: "the settings are " + strings.Join(known, ", ")}
	if near := nearest.Match(strings.ToLower(name), known); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return e
}
