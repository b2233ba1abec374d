package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// find returns the index of a key in the Content of a mapping, or -1.
func find(mapping *yaml.Node, key string) int {
	for i := 0; mapping != nil && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i
		}
	}
	return -1
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func profilesOf(root *yaml.Node) *yaml.Node {
	if i := find(root, "profiles"); i >= 0 && !isNull(root.Content[i+1]) {
		return root.Content[i+1]
	}
	return nil
}

func entryOf(root *yaml.Node, profile string) *yaml.Node {
	list := profilesOf(root)
	if list == nil {
		return nil
	}
	for _, entry := range list.Content {
		if nameOf(entry) == profile {
			return entry
		}
	}
	return nil
}

func nameOf(entry *yaml.Node) string {
	if i := find(entry, "name"); i >= 0 {
		return entry.Content[i+1].Value
	}
	return ""
}

// put sets a key; a new one goes in front of the list of profiles, which stays last.
func put(mapping *yaml.Node, key string, value *yaml.Node) {
	if i := find(mapping, key); i >= 0 {
		value.LineComment = mapping.Content[i+1].LineComment
		mapping.Content[i+1] = value
		return
	}
	at := find(mapping, "profiles")
	if at < 0 {
		at = len(mapping.Content)
	}
	mapping.Content = slices.Insert(mapping.Content, at, scalar(key), value)
}

// remove takes a key out, and with it the comment right above it. What an empty line sets apart from that, and what
// stands below, stays.
func remove(mapping *yaml.Node, key string) {
	i := find(mapping, key)
	if i < 0 {
		return
	}
	node := mapping.Content[i]
	rest := node.FootComment
	if at := strings.LastIndex(node.HeadComment, blank); at >= 0 {
		rest = join(node.HeadComment[:at+len(blank)], rest)
	}
	mapping.Content = slices.Delete(mapping.Content, i, i+2)
	switch {
	case i < len(mapping.Content):
		mapping.Content[i].HeadComment = join(rest, mapping.Content[i].HeadComment)
	case i > 0:
		mapping.Content[i-2].FootComment = join(mapping.Content[i-2].FootComment, rest)
	default:
		mapping.HeadComment = join(mapping.HeadComment, rest)
	}
}

// join puts comments below each other.
func join(comments ...string) string {
	comments = slices.DeleteFunc(comments, func(c string) bool { return c == "" })
	return strings.Join(comments, "\n")
}

// node returns a value as a node with the YAML type of its setting.
func (d Definition) node(value string) *yaml.Node {
	n := scalar(value)
	switch d.Kind {
	case Command:
		n = &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		words, _ := parseWords(value) // checked before
		for _, word := range words {
			n.Content = append(n.Content, scalar(word))
		}
	case Integer:
		n.Tag = "!!int"
	case Boolean:
		n.Tag = "!!bool"
	}
	return n
}

func scalar(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}
