package config

import (
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/nearest"
)

// Kind is the type of a setting's value.
type Kind string

// The kinds of value.
const (
	Text     Kind = "text"
	URL      Kind = "url"
	Key      Kind = "secret"
	Path     Kind = "path"
	Duration Kind = "duration"
	Integer  Kind = "integer"
	Boolean  Kind = "boolean"
	Choice   Kind = "choice"
	Command  Kind = "command" // a program and its arguments, as text a JSON list
)

// Definition is one setting: the single source for validation, listing, completion and documentation.
type Definition struct {
	Name     string   // as in the file, such as "request_timeout"
	Kind     Kind     //
	Default  string   // built in; "" is none
	Env      string   // variable that sets it
	Flag     string   // global flag that sets it, with dashes; "" is none
	Choices  []string // the values of a Choice
	Min, Max int64    // limits of an Integer, in nanoseconds of a Duration
	Help     string   // one phrase
}

// Secret reports whether the value must be masked wherever it is shown.
func (d Definition) Secret() bool { return d.Kind == Key }

// Credential reports whether the setting holds or leads to a credential; only one of these may be set in the same place.
func (d Definition) Credential() bool {
	switch d.Name {
	case "api_key", "api_key_file", "access_token", "key_command", "credential_store":
		return true
	}
	return false
}

// pairs reports whether the setting is one of those that are chosen together: a credential, or the address it goes to.
func (d Definition) pairs() bool { return d.Credential() || d.Name == "api_url" }

// connects reports whether the setting decides where a request goes, or as whom: what others could use to get a key.
func (d Definition) connects() bool {
	return d.pairs() || d.Name == "ca_cert" || d.Name == "allow_http"
}

// Definitions lists every setting in the order in which they are shown.
func Definitions() []Definition {
	return []Definition{
		{Name: "api_url", Kind: URL, Default: "https://api.hydracore.io", Env: "HYDRACORE_API_URL", Flag: "--api-url", Help: "address of the HydraCore API"},
		{Name: "api_key", Kind: Key, Env: "HYDRACORE_API_KEY", Flag: "--api-key", Help: "API key, hc_live_... or hc_test_..."},
		{Name: "api_key_file", Kind: Path, Env: "HYDRACTL_API_KEY_FILE", Flag: "--api-key-file", Help: "file with the API key, readable by its owner alone"},
		{Name: "access_token", Kind: Key, Env: "HYDRACORE_ACCESS_TOKEN", Help: "bearer token, instead of an API key"},
		{Name: "key_command", Kind: Command, Env: "HYDRACTL_KEY_COMMAND", Help: "program that prints the API key, with its arguments, run without a shell"},
		{Name: "credential_store", Kind: Choice, Env: "HYDRACTL_CREDENTIAL_STORE", Choices: []string{StoreKeyring, StoreFile}, Help: "where auth login keeps the credential; auth login sets it"},
		{Name: "mode", Kind: Choice, Env: "HYDRACTL_MODE", Choices: []string{"live", "test"}, Help: "the only kind of API key that may be used"},
		{Name: "output", Kind: Choice, Default: "table", Env: "HYDRACTL_OUTPUT", Flag: "--output", Choices: []string{"table", "wide", "json", "jsonl", "yaml", "csv", "tsv", "id"}, Help: "output format"},
		{Name: "columns", Kind: Text, Env: "HYDRACTL_COLUMNS", Flag: "--columns", Help: "columns of tables, csv and tsv, separated by commas"},
		{Name: "timeout", Kind: Duration, Default: "0s", Env: "HYDRACTL_TIMEOUT", Flag: "--timeout", Max: int64(24 * time.Hour), Help: "limit for the whole command, 0s is none"},
		{Name: "request_timeout", Kind: Duration, Default: "30s", Env: "HYDRACTL_REQUEST_TIMEOUT", Flag: "--request-timeout", Min: int64(time.Millisecond), Max: int64(10 * time.Minute), Help: "limit for one attempt of a request"},
		{Name: "retries", Kind: Integer, Default: "4", Env: "HYDRACTL_RETRIES", Flag: "--retries", Max: 20, Help: "repeats of a read that failed"},
		{Name: "no_input", Kind: Boolean, Default: "false", Env: "HYDRACTL_NO_INPUT", Flag: "--no-input", Help: "never prompt"},
		{Name: "debug", Kind: Boolean, Default: "false", Env: "HYDRACTL_DEBUG", Flag: "--debug", Help: "show requests and answers on stderr, without secrets"},
		{Name: "color", Kind: Choice, Default: "auto", Env: "HYDRACTL_COLOR", Flag: "--color", Choices: []string{"auto", "always", "never"}, Help: "when to use colour"},
		{Name: "time", Kind: Choice, Default: "relative", Env: "HYDRACTL_TIME", Flag: "--time", Choices: []string{"relative", "local", "utc", "raw"}, Help: "how tables show times"},
		{Name: "ca_cert", Kind: Path, Env: "HYDRACTL_CA_CERT", Flag: "--ca-cert", Help: "PEM file with further certificate authorities"},
		{Name: "allow_http", Kind: Boolean, Default: "false", Env: "HYDRACTL_ALLOW_HTTP", Flag: "--allow-http", Help: "allow plain http to other hosts than this one"},
		{Name: "completion.customers", Kind: Boolean, Default: "true", Env: "HYDRACTL_COMPLETION_CUSTOMERS", Help: "complete the emails and IDs of customers, which asks the server"},
		{Name: "state_dir", Kind: Path, Env: "HYDRACTL_STATE_DIR", Help: "folder for journals and the sandbox's data"},
	}
}

// Define finds a setting by its name. The error of an unknown name offers the nearest one.
func Define(name string) (Definition, error) {
	for _, d := range Definitions() {
		if d.Name == name {
			return d, nil
		}
	}
	return Definition{}, unknownKey(name, settingNames())
}

// UnknownVariables describes the variables that begin as those of hydractl and are none of them: typing mistakes that
// would go unnoticed.
func UnknownVariables(environ []string) []string {
	const prefix = "HYDRACTL_"
	known := []string{"PROFILE", "CONFIG"}
	for _, d := range Definitions() {
		if name, ok := strings.CutPrefix(d.Env, prefix); ok {
			known = append(known, name)
		}
	}
	var unknown []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		rest, ours := strings.CutPrefix(name, prefix)
		if !ours || slices.Contains(known, rest) {
			continue
		}
		text := name + " is not a variable that hydractl reads"
		if near := nearest.Match(strings.ToUpper(rest), known); near != "" {
			text += "; did you mean " + prefix + near + "?"
		}
		unknown = append(unknown, text)
	}
	slices.Sort(unknown)
	return unknown
}

// settingNames lists the names of every setting.
func settingNames() []string {
	definitions := Definitions()
	names := make([]string, len(definitions))
	for i, d := range definitions {
		names[i] = d.Name
	}
	return names
}
