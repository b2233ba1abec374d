package config

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// blank is a comment that stands for an empty line while the tree is edited: yaml keeps comments but no empty lines.
const blank = "#:empty line"

// change edits a copy of the tree, keeping the user's comments, empty lines and order, and takes it over when the
// result is still a good file.
func (f *File) change(edit func(root *yaml.Node) error) error {
	tree, err := f.editable()
	if err != nil {
		return err
	}
	root := tree.Content[0]
	if err := edit(root); err != nil {
		return err
	}
	var out bytes.Buffer
	if len(root.Content) > 0 {
		encoder := yaml.NewEncoder(&out)
		encoder.SetIndent(2)
		if err := encoder.Encode(tree); err != nil {
			return fmt.Errorf("write %s: %w", f.path, err)
		}
	} else { // yaml would write {}
		out.WriteString(join(tree.HeadComment, root.HeadComment, root.FootComment, tree.FootComment))
	}
	changed, err := Parse(f.path, unmarkBlanks(out.Bytes()))
	if err != nil {
		return err
	}
	changed.exists, changed.exposed = f.exists, f.exposed
	*f = *changed
	return nil
}

// editable returns a fresh tree of the file, with a mapping in it even when the file has none.
func (f *File) editable() (*yaml.Node, error) {
	text := markBlanks(f.data)
	if same, err := Parse(f.path, text); err != nil || !same.equal(f) {
		text = f.data // an empty line is part of a value
	}
	tree, err := parseTree(f.path, text)
	if err != nil {
		return nil, err
	}
	if tree == nil { // comments at most
		tree = &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{}}}
		if len(text) > 0 {
			tree.HeadComment = string(text) + blank
		}
	}
	if root := tree.Content[0]; root.Kind != yaml.MappingNode {
		tree.Content[0] = &yaml.Node{Kind: yaml.MappingNode, HeadComment: root.HeadComment, FootComment: root.FootComment}
	}
	return tree, nil
}

// markBlanks fills the empty lines, each indented as the line after it so that it counts as a comment on that.
func markBlanks(data []byte) []byte {
	text := strings.TrimRight(string(data), "\r\n\t ")
	if text == "" {
		return nil
	}
	lines, indent := strings.Split(text, "\n"), ""
	for i := len(lines) - 1; i >= 0; i-- {
		text := strings.TrimLeft(lines[i], " ")
		if strings.TrimSpace(text) == "" {
			lines[i] = indent + blank
			continue
		}
		indent = lines[i][:len(lines[i])-len(text)]
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

// unmarkBlanks empties the lines again, and drops those that yaml puts in by itself and those at the end.
func unmarkBlanks(data []byte) []byte {
	var lines []string
	for line := range strings.Lines(string(data)) {
		switch strings.TrimSpace(line) {
		case blank:
			lines = append(lines, "")
		case "":
		default:
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	text := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if text == "" {
		return []byte{}
	}
	return []byte(text + "\n")
}
