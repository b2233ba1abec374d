package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Get gives what the file says of a setting, in a profile or (profile "") in the defaults. ok is false when it says
// nothing. A secret comes in the clear: mask it with [NewSecret] before it is shown.
func (f *File) Get(profile, key string) (value string, ok bool, err error) {
	if _, err := Define(key); err != nil {
		return "", false, err
	}
	if err := f.mustHave(profile); err != nil {
		return "", false, err
	}
	value, ok = f.text(profile, key)
	return value, ok, nil
}

// Set checks a value and puts it into a profile, or (profile "") into the defaults.
func (f *File) Set(profile, key, value string) error {
	d, err := Define(key)
	if err != nil {
		return err
	}
	checked, err := d.Check(value)
	if err != nil {
		return &Error{Code: CodeValue, Where: key, Message: err.Error()}
	}
	return f.change(func(root *yaml.Node) error {
		mapping, err := f.mappingOf(root, profile)
		if err != nil {
			return err
		}
		put(mapping, key, d.node(checked))
		return nil
	})
}

// Unset removes a setting from a profile, or (profile "") from the defaults. It tells whether there was one.
func (f *File) Unset(profile, key string) (bool, error) {
	if _, ok, err := f.Get(profile, key); err != nil || !ok {
		return false, err
	}
	return true, f.change(func(root *yaml.Node) error {
		mapping, err := f.mappingOf(root, profile)
		if err != nil {
			return err
		}
		remove(mapping, key)
		return nil
	})
}

// AddProfile adds a profile without settings.
func (f *File) AddProfile(name string) error {
	if err := CheckProfileName(name); err != nil {
		return &Error{Code: CodeValue, Message: err.Error()}
	}
	if f.Has(name) {
		return &Error{Code: CodeValue, Message: fmt.Sprintf("there is a profile %s already", name), Hint: "hydractl -p " + name + " config set KEY VALUE"}
	}
	return f.change(func(root *yaml.Node) error {
		entry := &yaml.Node{Kind: yaml.MappingNode}
		put(entry, "name", text(name))
		list := profilesOf(root)
		if list == nil {
			list = &yaml.Node{Kind: yaml.SequenceNode}
			put(root, "profiles", list)
		}
		list.Content = append(list.Content, entry)
		return nil
	})
}

// UseProfile makes a profile the one in use.
func (f *File) UseProfile(name string) error {
	if !slices.Contains(f.Profiles(), name) {
		return f.checkProfile(name, Origin{Kind: FromFlag})
	}
	return f.change(func(root *yaml.Node) error {
		put(root, "profile", text(name))
		return nil
	})
}

// RemoveProfile removes a profile with all that it holds; when it was the one in use, none is afterwards.
func (f *File) RemoveProfile(name string) error {
	if name == Sandbox {
		return &Error{Code: CodeValue, Message: "the profile sandbox is built in and cannot be removed", Hint: "hydractl sandbox reset empties it"}
	}
	if err := f.mustHave(name); err != nil {
		return err
	}
	return f.change(func(root *yaml.Node) error {
		list := profilesOf(root)
		list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return nameOf(n) == name })
		if len(list.Content) == 0 {
			remove(root, "profiles")
		}
		if f.doc.Profile == name {
			remove(root, "profile")
		}
		return nil
	})
}

// mustHave refuses a profile that the file does not hold.
func (f *File) mustHave(profile string) error {
	if profile == "" || f.Has(profile) {
		return nil
	}
	if profile == Sandbox {
		return &Error{Code: CodeValue, Message: "the profile sandbox is built in and has no settings of its own"}
	}
	err := f.checkProfile(profile, Origin{Kind: FromFlag})
	if err != nil {
		return err
	}
	return &Error{Code: CodeProfile, Message: "the file has no profile " + profile, Hint: "hydractl config profile add " + profile}
}

// change edits a copy of the tree, keeping the user's comments and order, and takes it over when it is still a good file.
func (f *File) change(edit func(root *yaml.Node) error) error {
	copied, err := parseTree(f.path, f.data)
	if err != nil {
		return err
	}
	var lead []byte // a file of comments alone has no tree to keep them
	if copied == nil {
		lead = f.data
		copied = &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	if isNull(copied.Content[0]) {
		copied.Content[0] = &yaml.Node{Kind: yaml.MappingNode}
	}
	if err := edit(copied.Content[0]); err != nil {
		return err
	}
	var out bytes.Buffer
	out.Write(lead)
	if n := len(lead); n > 0 && lead[n-1] != '\n' {
		out.WriteByte('\n')
	}
	if len(copied.Content[0].Content) > 0 || lead == nil {
		encoder := yaml.NewEncoder(&out)
		encoder.SetIndent(2)
		if err := encoder.Encode(copied); err != nil {
			return fmt.Errorf("write %s: %w", f.path, err)
		}
	}
	changed, err := Parse(f.path, out.Bytes())
	if err != nil {
		return err
	}
	changed.exists = f.exists
	*f = *changed
	return nil
}

// mappingOf finds the node that holds a profile's settings, or the defaults.
func (f *File) mappingOf(root *yaml.Node, profile string) (*yaml.Node, error) {
	if profile == "" {
		return root, nil
	}
	if err := f.mustHave(profile); err != nil {
		return nil, err
	}
	return entryOf(root, profile), nil
}

// position gives line and column of a setting's value, or zeros.
func (f *File) position(profile, key string) (line, column int) {
	if f.root == nil {
		return 0, 0
	}
	mapping := f.root.Content[0]
	if profile != "" {
		mapping = entryOf(mapping, profile)
	}
	if i := find(mapping, key); i >= 0 {
		return mapping.Content[i+1].Line, mapping.Content[i+1].Column
	}
	return 0, 0
}

func profilesOf(root *yaml.Node) *yaml.Node {
	if i := find(root, "profiles"); i >= 0 && !isNull(root.Content[i+1]) {
		return root.Content[i+1]
	}
	return nil
}

func entryOf(root *yaml.Node, profile string) *yaml.Node {
	if list := profilesOf(root); list != nil {
		for _, entry := range list.Content {
			if nameOf(entry) == profile {
				return entry
			}
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
	mapping.Content = slices.Insert(mapping.Content, at, text(key), value)
}

// remove takes a key out. The comment above it goes with it; one below it stays in the file.
func remove(mapping *yaml.Node, key string) {
	i := find(mapping, key)
	if i < 0 {
		return
	}
	below := mapping.Content[i].FootComment
	mapping.Content = slices.Delete(mapping.Content, i, i+2)
	if below == "" || len(mapping.Content) == 0 {
		return
	}
	if i < len(mapping.Content) {
		mapping.Content[i].HeadComment = strings.TrimPrefix(mapping.Content[i].HeadComment+"\n\n"+below, "\n\n")
		return
	}
	mapping.Content[i-2].FootComment = strings.TrimPrefix(mapping.Content[i-2].FootComment+"\n\n"+below, "\n\n")
}

// node gives a value the YAML type of its setting.
func (d Definition) node(value string) *yaml.Node {
	n := text(value)
	switch d.Kind {
	case Integer:
		n.Tag = "!!int"
	case Boolean:
		n.Tag = "!!bool"
	}
	return n
}

func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}
