package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/hydracore/hydractl/internal/files"
)

// maxFileBytes bounds the configuration file.
const maxFileBytes = 1 << 20

// The profiles that exist without being in the file.
const (
	Sandbox        = "sandbox" // the embedded server; the caller fills in address and key
	Environment    = "env"     // what flags and the environment say, and nothing of the file
	DefaultProfile = "default" // in use when nothing names a profile: the settings outside of the profiles
)

// File is a configuration file that was read and checked. Its changes reach the disk through [Update].
type File struct {
	path     string
	exists   bool
	hidden   error             // why the folder of the file could not be searched; nil when it could
	exposed  error             // why others could have changed the file; nil when they could not
	data     []byte            // as read, or as the last change left it
	current  fileValue         // the name of the profile that the file puts in use
	own      []string          // the profiles of the file, in its order
	sections map[string]values // the settings of each profile, and under "" those outside of them
}

// values are settings by their name.
type values map[string]fileValue

// fileValue is a value as text, and its place in the file.
type fileValue struct {
	text         string
	line, column int
}

// Open reads and checks the configuration file. For a missing file, and for an empty path, it returns an empty File. Unknown keys,
// wrong types, values out of range and bad YAML are an [*Error] with line and column; a file with a secret that others
// can read, or that belongs to another user, is a [*files.InsecureError].
func Open(path string) (*File, error) {
	if path == "" {
		return &File{}, nil
	}
	data, info, err := readFile(path, maxFileBytes, false)
	if errors.Is(err, fs.ErrNotExist) {
		return &File{path: path}, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := Parse(path, data)
	if err != nil {
		return nil, err
	}
	f.exists = true
	if f.has(func(d Definition) bool { return d.Secret() || d.Kind == Command }) {
		if err := files.CheckPrivate(path, info); err != nil {
			return nil, err
		}
	}
	if f.current.text != "" || f.has(Definition.connects) {
		f.exposed = files.CheckTrusted(path)
	}
	return f, nil
}

// Parse checks data as the text of a configuration file; path only names it in errors.
func Parse(path string, data []byte) (*File, error) {
	f := &File{path: path, data: data, sections: map[string]values{}}
	root, err := parseTree(path, data)
	if err != nil || root == nil {
		return f, err
	}
	if err := f.document(root.Content[0]); err != nil {
		return nil, err
	}
	return f, nil
}

// Format shows the path whatever the verb: the text may hold secrets.
func (f *File) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, f.path) }

// Exists reports whether the file was there when it was opened.
func (f *File) Exists() bool { return f.exists }

// Current returns the profile that the file names as the one in use, or "".
func (f *File) Current() string { return f.current.text }

// Own returns the profiles that the file itself has, in its order.
func (f *File) Own() []string { return slices.Clone(f.own) }

// Profiles returns the profiles that can be chosen: those of the file in its order, then the built-in ones.
func (f *File) Profiles() []string {
	names := f.Own()
	if !slices.Contains(names, DefaultProfile) {
		names = append(names, DefaultProfile)
	}
	return append(names, Environment, Sandbox)
}

// Connects reports whether the file says where or as whom to connect outside of its profiles: these are in use then.
func (f *File) Connects() bool { return f.sections[""].has(Definition.pairs) }

// Has reports whether the file itself has the profile.
func (f *File) Has(profile string) bool { return slices.Contains(f.own, profile) }

// text returns a setting of a profile, or with "" of the defaults.
func (f *File) text(profile, key string) (string, bool) {
	return f.sections[profile].text(key)
}

// has reports whether the file has such a setting anywhere.
func (f *File) has(such func(Definition) bool) bool {
	for _, section := range f.sections {
		if section.has(such) {
			return true
		}
	}
	return false
}

// text returns the text of a setting.
func (v values) text(name string) (string, bool) {
	value, ok := v[name]
	return value.text, ok
}

func (v values) has(such func(Definition) bool) bool {
	return slices.ContainsFunc(Definitions(), func(d Definition) bool { _, given := v[d.Name]; return given && such(d) })
}

// equal reports whether two files have the same settings.
func (f *File) equal(g *File) bool {
	return f.current == g.current && slices.Equal(f.own, g.own) &&
		maps.EqualFunc(f.sections, g.sections, maps.Equal)
}
