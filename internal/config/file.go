package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"github.com/hydracore/hydractl/internal/files"
)

// maxFileBytes bounds the configuration file.
const maxFileBytes = 1 << 20

// The profiles that exist without being in the file.
const (
	Sandbox        = "sandbox" // the embedded server; the caller fills in address and key
	DefaultProfile = "default" // in use when nothing names a profile
)

// File is a configuration file that was read and checked. Its changes reach the disk through [Update].
type File struct {
	path   string
	exists bool
	data   []byte     // as read, or as the last change left it
	root   *yaml.Node // the same as a tree: positions for errors, and what changes edit
	doc    document   // the same as values
}

// document is the plain form of the file.
type document struct {
	Profile  string         `mapstructure:"profile"`
	Profiles []section      `mapstructure:"profiles"`
	Settings map[string]any `mapstructure:",remain"`
}

type section struct {
	Name     string         `mapstructure:"name"`
	Settings map[string]any `mapstructure:",remain"`
}

// Open reads and checks the configuration file. A file that is missing, and an empty path, give an empty File. Unknown keys,
// wrong types, values out of range and bad YAML are an [*Error] with line and column; so is a file with a secret
// that others can read or that belongs to somebody else (with the chmod line).
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
	if f.sensitive() {
		if err := files.CheckPrivate(path, info); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Parse checks data as the text of a configuration file; path only names it in errors.
func Parse(path string, data []byte) (*File, error) {
	f := &File{path: path, data: data}
	root, err := parseTree(path, data)
	if err != nil || root == nil {
		return f, err
	}
	f.root = root
	if err := (checker{path}).document(root.Content[0]); err != nil {
		return nil, err
	}
	v := viper.New()
	v.SetConfigType("yaml")
	if err := v.ReadConfig(bytes.NewReader(data)); err != nil {
		return nil, &Error{Code: CodeSyntax, Where: path, Message: "is not valid YAML"}
	}
	if err := v.UnmarshalExact(&f.doc); err != nil {
		return nil, &Error{Code: CodeSyntax, Where: path, Message: "does not have the shape of a configuration file"}
	}
	return f, nil
}

// Format shows the path whatever the verb: the text may hold secrets.
func (f *File) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, f.path) }

// Exists tells whether the file was there when it was opened.
func (f *File) Exists() bool { return f.exists }

// Current is the profile that the file names as the one in use, or "".
func (f *File) Current() string { return f.doc.Profile }

// Own lists the profiles that the file itself has, in its order.
func (f *File) Own() []string {
	var names []string
	for _, s := range f.doc.Profiles {
		names = append(names, s.Name)
	}
	return names
}

// Profiles lists the profiles that can be chosen: those of the file in its order, then "default", which is the settings
// outside of them, and "sandbox".
func (f *File) Profiles() []string {
	names := f.Own()
	if !slices.Contains(names, DefaultProfile) {
		names = append(names, DefaultProfile)
	}
	return append(names, Sandbox)
}

// Connects tells whether the file says where or as whom to connect outside of its profiles: these are in use then.
func (f *File) Connects() bool {
	return slices.ContainsFunc([]string{"api_url", "api_key", "api_key_file", "access_token", "key_command"}, func(name string) bool {
		_, set := f.text("", name)
		return set
	})
}

// Has tells whether the file itself has the profile.
func (f *File) Has(profile string) bool {
	return slices.Contains(f.Own(), profile)
}

// text gives a setting of a profile, or of the defaults when profile is "".
func (f *File) text(profile, key string) (string, bool) {
	settings := f.doc.Settings
	if profile != "" {
		settings = nil
		for _, s := range f.doc.Profiles {
			if s.Name == profile {
				settings = s.Settings
			}
		}
	}
	value, ok := settings[key]
	if !ok {
		return "", false
	}
	if list, isList := value.([]any); isList {
		words := make([]string, len(list))
		for i, word := range list {
			words[i] = fmt.Sprint(word)
		}
		return joinWords(words), true
	}
	return fmt.Sprint(value), true
}

// sensitive tells whether the file holds a secret, or names a program that will be run.
func (f *File) sensitive() bool {
	for _, d := range Definitions() {
		if !d.Secret() && d.Kind != Command {
			continue
		}
		if _, ok := f.text("", d.Name); ok {
			return true
		}
		for _, s := range f.doc.Profiles {
			if _, ok := f.text(s.Name, d.Name); ok {
				return true
			}
		}
	}
	return false
}
