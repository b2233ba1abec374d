// Package config finds, reads, checks and writes hydractl's configuration, and decides which value counts.
//
// Every setting is one row of [Definitions]. A value comes from the first of these layers that has it: flag,
// environment, profile, defaults in the file, built in; its [Origin] is kept beside it. Credential and address are
// chosen together. The process is never asked: the environment comes in as a [Lookup], the home folder as text.
package config

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// OriginKind is the layer that a value came from.
type OriginKind string

// The layers, strongest first.
const (
	FromFlag    OriginKind = "flag"
	FromEnv     OriginKind = "env"
	FromProfile OriginKind = "profile"
	FromFile    OriginKind = "file"
	FromDefault OriginKind = "default"
)

// Origin is where a value came from. Name is the flag with its dashes, the variable, or the profile; the two other kinds
// have no name.
type Origin struct {
	Kind OriginKind
	Name string
}

// String returns "flag --output", "env HYDRACTL_OUTPUT", "profile prod", "file" or "default".
func (o Origin) String() string {
	if o.Name == "" {
		return string(o.Kind)
	}
	return string(o.Kind) + " " + o.Name
}

// Values are the settings that shape a command, each in its own type. Credentials are not among them: see
// [Settings.Credential].
type Values struct {
	APIURL         string        `mapstructure:"api_url"` // normalized by [BaseURL]; empty for the sandbox profile
	Output         string        `mapstructure:"output"`
	Columns        string        `mapstructure:"columns"` // separated by commas; empty is the command's own
	Timeout        time.Duration `mapstructure:"timeout"` // 0 is none
	RequestTimeout time.Duration `mapstructure:"request_timeout"`
	Retries        int           `mapstructure:"retries"`
	NoInput        bool          `mapstructure:"no_input"`
	Debug          bool          `mapstructure:"debug"`
	Color          string        `mapstructure:"color"`
	Time           string        `mapstructure:"time"`
	CACert         string        `mapstructure:"ca_cert"` // path; empty is none
	AllowHTTP      bool          `mapstructure:"allow_http"`
	Mode           string        `mapstructure:"mode"` // live or test; empty for any kind of key
	// CompleteCustomers allows completion to ask the server.
	CompleteCustomers bool   `mapstructure:"completion.customers"`
	StateDir          string `mapstructure:"state_dir"` // empty when HOME is not known: see [Settings.RequireStateDir]
}

// Settings are the values that count for this run, and where each came from.
type Settings struct {
	Profile       string
	ProfileOrigin Origin
	Values

	sources sources
	pair    pair
	list    []Setting
	home    string
	path    string // of the configuration file
	hidden  error  // why its folder could not be searched
}

// Setting is one row of `config list`: a secret's value is masked.
type Setting struct {
	Name   string
	Value  string
	Origin Origin
}

// Format shows the profile whatever the verb: the layers hold secrets.
func (s Settings) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.Profile) }

// List returns every setting in the order of [Definitions], those without a value included.
func (s *Settings) List() []Setting { return slices.Clone(s.list) }

// Find returns one setting of [Settings.List]. The error of an unknown name offers the nearest one.
func (s *Settings) Find(name string) (Setting, error) {
	if i := slices.IndexFunc(s.list, func(known Setting) bool { return known.Name == name }); i >= 0 {
		return s.list[i], nil
	}
	_, err := Define(name)
	return Setting{}, err
}

// IsSandbox reports whether the embedded server answers: the caller starts it and takes address and key from it.
func (s *Settings) IsSandbox() bool { return s.Profile == Sandbox }

// PlainHTTP reports whether requests go unencrypted to another host than this one, which is worth a warning each time.
func (s *Settings) PlainHTTP() bool {
	if s.APIURL == "" {
		return false
	}
	_, err := BaseURL(s.APIURL, false)
	return err != nil
}

// RequireStateDir returns the state folder, or says what to set when there is no place for one.
func (s *Settings) RequireStateDir() (string, error) {
	if s.StateDir != "" {
		return s.StateDir, nil
	}
	return "", &Error{
		Code:    CodeLocation,
		Message: "no place for journals and the sandbox's data: HOME is not set",
		Hint:    "set HOME or HYDRACTL_STATE_DIR",
	}
}

func (s *Settings) origin(name string) Origin {
	setting, _ := s.Find(name)
	return setting.Origin
}
