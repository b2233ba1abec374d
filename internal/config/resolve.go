package config

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"github.com/hydracore/hydractl/internal/nearest"
)

// Flags holds the flags that the user gave: the name of the setting, or "profile", and the text.
type Flags map[string]string

// Resolve finds the profile and the value of every setting: of the flag, else the variable, else the profile, else the
// defaults in the file, else the built-in one. Credential and address are a pair: see [Settings.Credential]. home is the
// user's home folder, or "" when it is not known. The profile env takes nothing from the file. The sandbox has its own
// address and credential: it takes none from the environment and the file, and refuses those that flags give.
func (f *File) Resolve(flags Flags, lookup Lookup, home string) (*Settings, error) {
	s := &Settings{home: home, path: f.path, hidden: f.hidden}
	s.Profile, s.ProfileOrigin = f.ProfileInUse(flags, lookup)
	if err := f.checkProfile(s.Profile, s.ProfileOrigin); err != nil {
		return nil, err
	}
	s.sources = sources{flags: flags, lookup: lookup, profile: f.sections[s.Profile], file: f.sections[""], name: s.Profile}
	switch s.Profile {
	case Environment:
		s.sources.profile, s.sources.file = nil, nil
	case Sandbox:
		if err := refuseConnection(flags); err != nil {
			return nil, err
		}
	default:
		if f.exposed != nil {
			return nil, f.exposed
		}
	}
	if !s.IsSandbox() {
		s.pair = s.choosePair()
	}
	return s, f.decode(s, s.sources.layered())
}

// decode checks every value and converts it to its type. Its error names every bad one.
func (f *File) decode(s *Settings, v *viper.Viper) error {
	var wrong []error
	for _, d := range Definitions() {
		text, origin := s.valueOf(d, v)
		if text != "" || origin.Kind == FromFlag {
			checked, err := d.Check(text)
			if err != nil {
				wrong = append(wrong, f.valueError(s, d, origin, err))
				continue
			}
			text = checked
		}
		if d.Kind == Path {
			text = s.expand(text, origin)
		}
		if d.Name == "state_dir" && text == "" {
			text = defaultStateDir(s.sources.lookup, s.home)
		}
		v.Set(d.Name, text)
		if d.Secret() {
			text = NewSecret(text).String()
		}
		s.list = append(s.list, Setting{Name: d.Name, Value: text, Origin: origin})
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	if err := v.Unmarshal(&s.Values); err != nil {
		return fmt.Errorf("decode the settings: %w", err)
	}
	return f.checkHTTP(s)
}

// checkHTTP refuses an address that is plain http unless the settings allow it.
func (f *File) checkHTTP(s *Settings) error {
	if s.APIURL == "" {
		return nil
	}
	if _, err := BaseURL(s.APIURL, s.AllowHTTP); err != nil {
		return f.valueError(s, Definition{Name: "api_url", Kind: URL, Flag: "--api-url"}, s.origin("api_url"), err)
	}
	return nil
}

// valueOf returns the value of a setting and where it comes from.
func (s *Settings) valueOf(d Definition, v *viper.Viper) (string, Origin) {
	switch {
	case s.IsSandbox() && d.pairs():
		return "", Origin{FromProfile, Sandbox}
	case d.Name == "api_url":
		return s.pair.address.text, s.pair.address.origin
	}
	return v.GetString(d.Name), s.sources.find(d, FromFlag, FromEnv, FromProfile, FromFile).origin
}

// ProfileInUse returns the profile that the --profile flag, HYDRACTL_PROFILE or the file chooses, which may not exist.
func (f *File) ProfileInUse(flags Flags, lookup Lookup) (string, Origin) {
	if name, ok := flags["profile"]; ok {
		return name, Origin{FromFlag, "--profile"}
	}
	if name := nonEmpty(lookup, "HYDRACTL_PROFILE"); name != "" {
		return name, Origin{FromEnv, "HYDRACTL_PROFILE"}
	}
	if f.Current() != "" {
		return f.Current(), Origin{Kind: FromFile}
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
		e.Line, e.Column = f.current.line, f.current.column
	}
	if near := nearest.Match(strings.ToLower(name), known); near != "" {
		e.Hint = fmt.Sprintf("did you mean %s? The profiles are %s", near, strings.Join(known, ", "))
	}
	return e
}

// sources is what each layer says.
type sources struct {
	flags   Flags
	lookup  Lookup
	profile values
	file    values
	name    string // of the profile
}

// found is what one layer says of a setting.
type found struct {
	definition Definition
	text       string
	origin     Origin
}

// find returns the setting from the first of the layers that has it, or else its default. An empty variable counts as
// unset.
func (s sources) find(d Definition, layers ...OriginKind) found {
	for _, layer := range layers {
		var text string
		var ok bool
		name := ""
		switch layer {
		case FromFlag:
			text, ok = s.flags[d.Name]
			name = d.Flag
		case FromEnv:
			text = nonEmpty(s.lookup, d.Env)
			ok, name = text != "", d.Env
		case FromProfile:
			text, ok = s.profile.text(d.Name)
			name = s.name
		case FromFile:
			text, ok = s.file.text(d.Name)
		}
		if ok {
			return found{d, text, Origin{layer, name}}
		}
	}
	return found{d, d.Default, Origin{Kind: FromDefault}}
}

// layered hands the sources to viper, which decides by its own order: what is set, then bound flags, configuration and
// defaults. A variable is bound as a flag since viper's own variables are those of the process, which is never asked
// here.
func (s sources) layered() *viper.Viper {
	v := viper.NewWithOptions(viper.KeyDelimiter("\x00")) // a dot in a name is part of it
	for _, d := range Definitions() {
		v.SetDefault(d.Name, d.Default)
		_ = v.BindFlagValue(d.Name, variable{d.Env, nonEmpty(s.lookup, d.Env)}) // fails for a nil flag only
	}
	for _, section := range []values{s.file, s.profile} {
		texts := map[string]any{}
		for name, value := range section {
			texts[name] = value.text
		}
		_ = v.MergeConfigMap(texts) // never fails
	}
	for name, text := range s.flags {
		v.Set(name, text)
	}
	return v
}

// variable is a variable of the environment as viper reads a flag.
type variable struct{ name, text string }

func (e variable) HasChanged() bool    { return e.text != "" }
func (e variable) Name() string        { return e.name }
func (e variable) ValueString() string { return e.text }
func (e variable) ValueType() string   { return "string" }

// refuseConnection refuses flags that name another address or credential than the sandbox's own.
func refuseConnection(flags Flags) error {
	for _, d := range Definitions() {
		if _, given := flags[d.Name]; given && d.pairs() {
			return &Error{Code: CodeConflict, Where: d.Flag, Message: "does not go with the profile sandbox, which has its own address and key", Hint: "leave out " + d.Flag + ", or choose another profile"}
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

// valueError names the place of a bad value in the user's terms.
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
		at := f.sections[profile][d.Name]
		e.Line, e.Column = at.line, at.column
		e.Message = d.Name + " " + e.Message
	}
	e.Where = cmp.Or(e.Where, d.Name)
	return e
}
