package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"github.com/hydracore/hydractl/internal/nearest"
)

// Flags holds the flags that the user gave: the name of the setting, or "profile", and the text.
type Flags map[string]string

// layer is one source of values. get gives the text of a setting and where exactly it stands.
type layer struct {
	kind OriginKind
	get  func(d Definition) (text string, origin Origin, ok bool)
}

// Resolve settles the profile and every value. home is the user's home folder, or "" when it is not known. The sandbox profile
// has its own address and credential: what the environment and the file's defaults say about those is left
// out, and a flag that says something else is refused.
func (f *File) Resolve(flags Flags, lookup Lookup, home string) (*Settings, error) {
	s := &Settings{home: home, lookup: lookup, path: f.path}
	s.Profile, s.ProfileOrigin = f.ProfileInUse(flags, lookup)
	if err := f.checkProfile(s.Profile, s.ProfileOrigin); err != nil {
		return nil, err
	}
	s.layers = f.layers(flags, lookup, s.Profile)
	if s.IsSandbox() {
		if err := s.isolate(); err != nil {
			return nil, err
		}
	}
	for _, d := range Definitions() {
		if text, ok := lookup(d.Env); ok && text == "" {
			s.empty = append(s.empty, d.Env)
		}
	}
	return s, f.settle(s, lookup)
}

// settle finds, checks and decodes every value.
func (f *File) settle(s *Settings, lookup Lookup) error {
	values := map[string]any{}
	for _, d := range Definitions() {
		text, origin := s.winner(d)
		setting := Setting{Name: d.Name, Origin: origin, Secret: d.Secret()}
		if text != "" || origin.Kind == FromFlag {
			checked, err := d.Check(text)
			if err != nil {
				return f.valueError(s, d, origin, err)
			}
			setting.Value = checked
		}
		if d.Kind == Path {
			setting.Value = s.expand(setting.Value, origin)
		}
		if d.Name == "state_dir" && setting.Value == "" {
			setting.Value = DefaultStateDir(lookup, s.home)
		}
		if d.Secret() {
			setting.Value = NewSecret(setting.Value).String()
		} else if !d.Credential() {
			values[d.Name] = setting.Value
		}
		s.list = append(s.list, setting)
	}
	v := viper.New()
	if err := v.MergeConfigMap(values); err != nil {
		return err
	}
	if err := v.UnmarshalExact(&s.Values); err != nil {
		return fmt.Errorf("decode the settings: %w", err)
	}
	return f.checkHTTP(s)
}

// checkHTTP refuses an address that is plain http unless the settings allow it, which no value alone can tell.
func (f *File) checkHTTP(s *Settings) error {
	if s.APIURL == "" {
		return nil
	}
	if _, err := BaseURL(s.APIURL, s.AllowHTTP); err != nil {
		return f.valueError(s, Definition{Name: "api_url", Kind: URL, Flag: "--api-url"}, s.origin("api_url"), err)
	}
	return nil
}

// winner gives the text of the strongest layer that has the setting.
func (s *Settings) winner(d Definition) (string, Origin) {
	for _, l := range s.layers {
		if text, origin, ok := l.get(d); ok {
			return text, origin
		}
	}
	return "", Origin{Kind: FromDefault}
}

// ProfileInUse gives the profile that the --profile flag, HYDRACTL_PROFILE or the file chooses, which may not exist.
func (f *File) ProfileInUse(flags Flags, lookup Lookup) (string, Origin) {
	if name, ok := flags["profile"]; ok {
		return name, Origin{FromFlag, "--profile"}
	}
	if name := nonEmpty(lookup, "HYDRACTL_PROFILE"); name != "" {
		return name, Origin{FromEnv, "HYDRACTL_PROFILE"}
	}
	if f.doc.Profile != "" {
		return f.doc.Profile, Origin{Kind: FromFile}
	}
	return DefaultProfile, Origin{Kind: FromDefault}
}

func (f *File) checkProfile(name string, origin Origin) error {
	known := f.Profiles()
	if slices.Contains(known, name) || origin.Kind == FromDefault {
		return nil
	}
	e := &Error{Code: CodeProfile, Where: origin.Name, Message: "there is no profile " + shown(name), Hint: "the profiles are " + strings.Join(known, ", ")}
	if origin.Kind == FromFile {
		e.Where = f.path
		e.Line, e.Column = f.position("", "profile")
	}
	if near := nearest.Match(strings.ToLower(name), known); near != "" {
		e.Hint = fmt.Sprintf("did you mean %s? The profiles are %s", near, strings.Join(known, ", "))
	}
	return e
}

// layers lists the sources from the strongest to the weakest.
func (f *File) layers(flags Flags, lookup Lookup, profile string) []layer {
	return []layer{
		{FromFlag, func(d Definition) (string, Origin, bool) {
			text, ok := flags[d.Name]
			return text, Origin{FromFlag, d.Flag}, ok
		}},
		{FromEnv, func(d Definition) (string, Origin, bool) {
			if d.Env == "" {
				return "", Origin{}, false
			}
			text := nonEmpty(lookup, d.Env)
			return text, Origin{FromEnv, d.Env}, text != ""
		}},
		{FromProfile, func(d Definition) (string, Origin, bool) {
			text, ok := f.text(profile, d.Name)
			return text, Origin{FromProfile, profile}, ok
		}},
		{FromFile, func(d Definition) (string, Origin, bool) {
			text, ok := f.text("", d.Name)
			return text, Origin{Kind: FromFile}, ok
		}},
		{FromDefault, func(d Definition) (string, Origin, bool) {
			return d.Default, Origin{Kind: FromDefault}, true
		}},
	}
}

// isolate keeps the address and the credential of the sandbox from coming from elsewhere.
func (s *Settings) isolate() error {
	connection := func(d Definition) bool { return d.Name == "api_url" || d.Credential() }
	for _, d := range Definitions() {
		if _, origin, ok := s.layers[0].get(d); ok && connection(d) {
			return &Error{Code: CodeConflict, Where: origin.Name, Message: "does not go with the profile sandbox, which has its own address and key", Hint: "leave out " + origin.Name + ", or choose another profile"}
		}
	}
	for i, l := range s.layers {
		s.layers[i].get = func(d Definition) (string, Origin, bool) {
			if connection(d) {
				return "", Origin{FromProfile, Sandbox}, true
			}
			return l.get(d)
		}
	}
	return nil
}

// expand makes a path absolute: ~ is the home folder, and a path in the file is relative to the file's folder.
func (s *Settings) expand(path string, origin Origin) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && s.home != "" && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		return filepath.Join(s.home, rest)
	}
	inFile := origin.Kind == FromProfile || origin.Kind == FromFile
	if path == "" || !inFile || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(s.path), path)
}

// valueError says where the bad value stands, in the user's terms.
func (f *File) valueError(s *Settings, d Definition, origin Origin, cause error) *Error {
	e := &Error{Code: CodeValue, Where: origin.Name, Message: cause.Error()}
	if d.Kind == URL {
		e.Code = CodeURL
	}
	if origin.Kind == FromProfile || origin.Kind == FromFile {
		profile := s.Profile
		if origin.Kind == FromFile {
			profile = ""
		}
		e.Where = f.path
		e.Line, e.Column = f.position(profile, d.Name)
		e.Message = d.Name + " " + e.Message
	}
	return e
}
