package config

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Get returns what the file says of a setting, in a profile or (profile "") in the defaults; a secret comes masked. ok is
// false when the file says nothing.
func (f *File) Get(profile, key string) (value string, ok bool, err error) {
	d, err := Define(key)
	if err != nil {
		return "", false, err
	}
	if err := f.mustHave(profile); err != nil {
		return "", false, err
	}
	value, ok = f.text(profile, key)
	if d.Secret() {
		value = NewSecret(value).String()
	}
	return value, ok, nil
}

// Set checks a value and puts it into a profile, or (profile "") into the defaults.
func (f *File) Set(profile, key, value string) error {
	d, err := Define(key)
	if err != nil {
		return err
	}
	checked, err := d.Check(value)
	if err == nil && d.Kind == URL {
		_, err = BaseURL(checked, f.allowsHTTP(profile))
	}
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

// allowsHTTP reports whether the profile, or the defaults, say that plain http may be used.
func (f *File) allowsHTTP(profile string) bool {
	text, ok := f.text(profile, "allow_http")
	if !ok {
		text, _ = f.text("", "allow_http")
	}
	allowed, _ := checkBoolean(text)
	return allowed == "true"
}

// Unset removes a setting from a profile, or (profile "") from the defaults. It reports whether there was one.
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
	if err := checkProfileName(name); err != nil {
		return &Error{Code: CodeValue, Message: err.Error()}
	}
	if f.Has(name) {
		return &Error{Code: CodeValue, Message: fmt.Sprintf("there is a profile %s already", name), Hint: "hydractl -p " + name + " config set KEY VALUE"}
	}
	return f.change(func(root *yaml.Node) error {
		entry := &yaml.Node{Kind: yaml.MappingNode}
		put(entry, "name", scalar(name))
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
		put(root, "profile", scalar(name))
		return nil
	})
}

// RemoveProfile removes a profile with all that it holds; when it was the one in use, none is afterwards.
func (f *File) RemoveProfile(name string) error {
	if name == Sandbox || name == Environment {
		return &Error{Code: CodeValue, Message: "the profile " + name + " is built in and cannot be removed"}
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
		if f.Current() == name {
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
	if profile == Sandbox || profile == Environment {
		return &Error{Code: CodeValue, Message: "the profile " + profile + " is built in and has no settings of its own", Hint: "choose another profile with --profile, or --all-profiles"}
	}
	err := f.checkProfile(profile, Origin{Kind: FromFlag})
	if err != nil {
		return err
	}
	return &Error{Code: CodeProfile, Message: "the file has no profile " + profile, Hint: "hydractl config profile add " + profile}
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
