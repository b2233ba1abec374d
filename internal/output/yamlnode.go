package output

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// yamlNode is the JSON value raw as a node, with the order of its members and
// the spelling of its numbers. Of equal names in one object the last one wins.
func yamlNode(raw []byte) (*yaml.Node, error) {
	clean := appendCompact(nil, raw) // raw control characters would be refused
	return readYAML(jsontext.NewDecoder(bytes.NewReader(clean),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)))
}

func readYAML(dec *jsontext.Decoder) (*yaml.Node, error) {
	token, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '{':
		return readYAMLObject(dec)
	case '[':
		return readYAMLArray(dec)
	case '"':
		return yamlString(token.String()), nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: token.String()}, nil
}

func readYAMLObject(dec *jsontext.Decoder) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}
	position := map[string]int{}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String()
		value, err := readYAML(dec)
		if err != nil {
			return nil, err
		}
		if i, ok := position[key]; ok {
			node.Content[i] = value
			continue
		}
		node.Content = append(node.Content, yamlString(key), value)
		position[key] = len(node.Content) - 1
	}
	_, err := dec.ReadToken()
	return node, err
}

func readYAMLArray(dec *jsontext.Decoder) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.SequenceNode}
	for dec.PeekKind() != ']' {
		value, err := readYAML(dec)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, value)
	}
	_, err := dec.ReadToken()
	return node, err
}

// yamlString is s as a string for readers of YAML 1.1 and 1.2 alike.
func yamlString(s string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if ambiguousYAML(s) || strings.ContainsFunc(s, invisible) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// ambiguousYAML reports whether YAML 1.1 may read s as a bool, a number or a
// date, as it does with NO and 1:30. The library sees to YAML 1.2.
func ambiguousYAML(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "=":
		return true
	}
	return strings.Trim(s, "0123456789_:.+-eEtTzZ ") == ""
}

// escapeYAML spells out the characters that the library leaves raw although
// they may hide or reorder text. They stand inside double quotes only.
func escapeYAML(text []byte) []byte {
	if bytes.IndexFunc(text, unsafeInYAML) < 0 {
		return text
	}
	var dst []byte
	for _, r := range string(text) {
		if unsafeInYAML(r) {
			dst = appendVisible(dst, r, "")
		} else {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

func unsafeInYAML(r rune) bool { return r != '\n' && invisible(r) }
