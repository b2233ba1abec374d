package output

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// yamlBatch is how many records are encoded at once: the library keeps every
// event of a document, so that a long list has to be written in pieces.
const yamlBatch = 16

// yamlDocument collects one document and passes it on when whole.
type yamlDocument struct {
	out    io.Writer
	doc    document
	spool  spool
	record recordJSON
	batch  []*yaml.Node
}

func newYAML(p *printer, w io.Writer, doc document) encoder {
	return &yamlDocument{out: w, doc: doc, spool: p.newSpool(w)}
}

func (e *yamlDocument) add(v any) error {
	raw, err := e.record.of(v)
	if err != nil {
		return err
	}
	node, err := yamlNode(raw)
	if err != nil {
		return fmt.Errorf("encode record %d: %w", e.record.count, err)
	}
	if e.doc.shape == single {
		return e.write(node, "")
	}
	if e.record.count == 1 && e.doc.shape == listing {
		if err := e.key(":\n"); err != nil {
			return err
		}
	}
	e.batch = append(e.batch, node)
	if len(e.batch) < yamlBatch {
		return nil
	}
	return e.flush()
}

// flush writes the batch as a part of the list.
func (e *yamlDocument) flush() error {
	if len(e.batch) == 0 {
		return nil
	}
	indent := ""
	if e.doc.shape == listing {
		indent = "  "
	}
	err := e.write(&yaml.Node{Kind: yaml.SequenceNode, Content: e.batch}, indent)
	e.batch = e.batch[:0]
	return err
}

func (e *yamlDocument) end() ([]string, error) {
	defer e.spool.close()
	if err := e.flush(); err != nil {
		return nil, err
	}
	if err := e.finish(); err != nil {
		return nil, err
	}
	return nil, e.spool.copyTo(e.out)
}

// finish writes an empty list if there were no records, and the members.
func (e *yamlDocument) finish() error {
	switch {
	case e.doc.shape == several && e.record.count == 0:
		_, err := io.WriteString(&e.spool, "[]\n")
		return err
	case e.doc.shape != listing:
		return nil
	case e.record.count == 0:
		if err := e.key(": []\n"); err != nil {
			return err
		}
	}
	members := &yaml.Node{Kind: yaml.MappingNode}
	for _, m := range e.doc.env.members() {
		raw, err := marshal(m.Value)
		if err != nil {
			return fmt.Errorf("encode %s: %w", m.Name, err)
		}
		node, err := yamlNode(raw)
		if err != nil {
			return fmt.Errorf("encode %s: %w", m.Name, err)
		}
		members.Content = append(members.Content, yamlString(m.Name), node)
	}
	if len(members.Content) == 0 {
		return nil
	}
	return e.write(members, "")
}

func (e *yamlDocument) abort() error {
	e.spool.close()
	return nil
}

// key writes the name of the list and what comes after it.
func (e *yamlDocument) key(after string) error {
	name, err := encodeYAML(yamlString(e.doc.env.Key))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(&e.spool, "%s%s", bytes.TrimSuffix(name, []byte("\n")), after)
	return err
}

// write adds node with every line indented. No value spans lines: what holds
// a line end is quoted.
func (e *yamlDocument) write(node *yaml.Node, indent string) error {
	text, err := encodeYAML(node)
	if err != nil {
		return err
	}
	if indent == "" {
		_, err = e.spool.Write(text)
		return err
	}
	for line := range bytes.Lines(text) {
		if _, err := e.spool.Write(append([]byte(indent), line...)); err != nil {
			return err
		}
	}
	return nil
}

func encodeYAML(node *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(node); err != nil {
		return nil, fmt.Errorf("encode yaml: %w", err)
	}
	return escapeYAML(b.Bytes()), nil
}

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
// date, as it does with NO and 1:30. The library quotes what is ambiguous in YAML 1.2.
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
