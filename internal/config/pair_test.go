package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
)

// The addresses and keys of the matrix: of the file, of the environment and of flags.
const (
	fileURL = "https://file.example.com"
	envURL  = "https://env.example.com"
	flagURL = "https://flag.example.com"
	fileKey = "hc_test_key_of_the_file"
	envKey  = "hc_test_key_of_the_env0"
	flagKey = "hc_test_key_of_the_flag"
)

// situation is what flags, environment and file say of a connection.
type situation struct {
	chosen string // how the profile is chosen: flag, variable, use, defaults; env flag, env variable, env use
	own    string // the credential of the profile: none, or one of ownCredentials
	addr   bool   // the file has an address for it
	key    string // in HYDRACORE_API_KEY: "", other, same
	url    string // in HYDRACORE_API_URL: "", other, same
	flags  string // "", url, key, both
	access Access
}

// ownCredentials are the ways in which a profile has a credential.
func ownCredentials() []string {
	return []string{"none", "api_key", "api_key_file", "access_token", "key_command", "stored key", "sign-in", "defaults"}
}

// outcome is what becomes of it.
type outcome struct {
	key, address string // that are used
	note         bool
	exit         int // of the refusal, 0 for none
}

// expected follows the rules of "which tenant", from the strongest to the weakest.
func expected(s situation) outcome {
	const builtIn = "https://api.hydracore.io"
	named := s.chosen == "flag" || s.chosen == "variable"
	env := strings.HasPrefix(s.chosen, "env")
	hasOwn, hasAddr := s.own != "none" && !env, s.addr && !env
	own, other := builtIn, "" // the address of the profile, and that of the environment where it is another one
	if hasAddr {
		own = fileURL
	}
	if s.url == "other" || s.url == "same" && !s.addr {
		other = envURL
	} else if s.url == "same" && !hasAddr {
		other = fileURL
	}
	ownKey := fileKey
	if s.own == "sign-in" {
		ownKey = "sign-in"
	}
	flagKeyed, flagged := s.flags == "key" || s.flags == "both", s.flags == "url" || s.flags == "both"
	keyed := s.key != ""

	o := outcome{address: own}
	differs := keyed && (s.key == "other" || s.own == "none" || s.own == "access_token" || s.own == "key_command" && !named || s.own == "sign-in")
	switch {
	case flagKeyed:
		o.key = flagKey
	case hasOwn && (named || !keyed):
		o.key, o.note = ownKey, named && differs
	case keyed:
		o.key = map[string]string{"other": envKey, "same": fileKey}[s.key]
	}
	usesOwn := hasOwn && !flagKeyed && (named || !keyed)
	usesEnv := keyed && !flagKeyed && !usesOwn
	switch {
	case flagged:
		o.address = flagURL
		if usesOwn {
			return outcome{exit: failure.ExitAuth} // a stored credential goes to its own host
		}
	case other == "":
	case named && (hasOwn || hasAddr):
		o.note = true
	case usesEnv, !hasOwn && !(s.chosen == "use" && hasAddr):
		o.address = other
	default:
		return outcome{exit: failure.ExitAuth}
	}
	if o.key == "" {
		return outcome{exit: failure.ExitAuth}
	}
	moved := s.chosen == "use" && hasAddr && !hasOwn && o.address == envURL
	same := !differs && o.address == own
	if usesEnv && (moved || hasOwn && !same) {
		if s.access == Write {
			return outcome{exit: failure.ExitUsage}
		}
		o.note = true
	}
	return o
}

// TestPair_Matrix walks every way to choose a profile, to have a credential and to have an address, for reads and writes.
func TestPair_Matrix(t *testing.T) {
	t.Parallel()
	for _, chosen := range []string{"flag", "variable", "use", "defaults", "env flag", "env variable", "env use"} {
		t.Run(chosen, func(t *testing.T) {
			t.Parallel()
			walkSituations(t, chosen)
		})
	}
}

func walkSituations(t *testing.T, chosen string) {
	t.Helper()
	dir := t.TempDir()
	keyFile := filepath.Join(dir, "key")
	if err := os.WriteFile(keyFile, []byte(fileKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, own := range ownCredentials() {
		for _, addr := range []bool{false, true} {
			for _, key := range []string{"", "other", "same"} {
				for _, url := range []string{"", "other", "same"} {
					for _, flags := range []string{"", "url", "key", "both"} {
						for _, access := range []Access{Read, Write} {
							checkSituation(t, dir, keyFile, situation{chosen, own, addr, key, url, flags, access})
						}
					}
				}
			}
		}
	}
}

func checkSituation(t *testing.T, dir, keyFile string, s situation) {
	t.Helper()
	want := expected(s)
	if s.own == "key_command" && (want.key == fileKey || want.exit == failure.ExitUsage) && os.PathSeparator != '/' {
		return // needs a program
	}
	settings, err := resolveSituation(t, dir, keyFile, s)
	if err != nil {
		t.Errorf("%+v: %v", s, err)
		return
	}
	got, err := settings.Credential(t.Context(), s.access)
	if err != nil {
		r, ok := failure.Of(err)
		if !ok || r.ExitCode != want.exit || r.Hint == "" {
			t.Errorf("%+v: got %v (exit code %d), want %+v", s, err, r.ExitCode, want)
		}
		if want.exit == failure.ExitUsage && (!strings.Contains(r.Hint, "-p env") || !strings.Contains(r.Hint, "-p "+settings.Profile)) {
			t.Errorf("%+v: the hint names no way out: %s", s, r.Hint)
		}
		return
	}
	key := got.APIKey.Reveal() + got.AccessToken.Reveal()
	if got.SignIn != nil {
		key = "sign-in"
	}
	if o := (outcome{key: key, address: settings.APIURL, note: got.Note != ""}); o != want {
		t.Errorf("%+v:\ngot  %+v (%s)\nwant %+v", s, o, got.Note, want)
	}
}

// resolveSituation writes the file and the environment.
func resolveSituation(t *testing.T, dir, keyFile string, s situation) (*Settings, error) {
	t.Helper()
	settings := map[string]string{
		"none": "", "api_key": "api_key: " + fileKey, "api_key_file": "api_key_file: " + keyFile, "access_token": "access_token: " + fileKey,
		"key_command": "key_command: [printf, " + fileKey + "]", "stored key": "credential_store: file", "sign-in": "credential_store: file",
		"defaults": "",
	}[s.own]
	var own, defaults []string
	if settings != "" {
		own = append(own, settings)
	}
	if s.own == "defaults" {
		defaults = append(defaults, "api_key: "+fileKey)
	}
	if s.addr && s.own == "defaults" {
		defaults = append(defaults, "api_url: "+fileURL)
	} else if s.addr {
		own = append(own, "api_url: "+fileURL)
	}
	flags, env, profile := Flags{}, []string{}, "p"
	switch s.chosen {
	case "flag":
		flags["profile"] = "p"
	case "variable":
		env = append(env, "HYDRACTL_PROFILE=p")
	case "use":
		defaults = append(defaults, "profile: p")
	case "defaults":
		defaults, own, profile = append(defaults, own...), nil, DefaultProfile
	case "env flag":
		flags["profile"] = Environment
	case "env variable":
		env = append(env, "HYDRACTL_PROFILE=env")
	case "env use":
		defaults = append(defaults, "profile: env")
	}
	text := strings.Join(defaults, "\n") + "\nprofiles:\n- name: p\n"
	for _, line := range own {
		text += "  " + line + "\n"
	}
	if s.key != "" {
		env = append(env, "HYDRACORE_API_KEY="+map[string]string{"other": envKey, "same": fileKey + "\n"}[s.key])
	}
	if s.url != "" {
		env = append(env, "HYDRACORE_API_URL="+map[bool]string{true: strings.ToUpper(fileURL[:12]) + fileURL[12:] + ":443/", false: envURL}[s.url == "same" && s.addr])
	}
	if s.flags == "url" || s.flags == "both" {
		flags["api_url"] = flagURL
	}
	if s.flags == "key" || s.flags == "both" {
		flags["api_key"] = flagKey
	}
	f, err := Parse(filepath.Join(dir, "config.yaml"), []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	resolved, err := f.Resolve(flags, environ(env...), "")
	if err == nil && (s.own == "stored key" || s.own == "sign-in") {
		stored := Stored{APIURL: resolved.addressOf(FromProfile), APIKey: NewSecret(fileKey)}
		if s.own == "sign-in" {
			stored.APIKey, stored.SignIn, stored.RefreshToken = Secret{}, "s", NewSecret(fileKey)
		}
		storeFor(t, dir, profile, stored)
	}
	return resolved, err
}

// storeFor writes what auth login would store, without the cost of a durable write.
func storeFor(t *testing.T, dir, profile string, c Stored) {
	t.Helper()
	text, err := encodeStored(c)
	folder := filepath.Join(dir, "config.yaml.credentials")
	if err := errors.Join(err, os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, profile+".json"), text, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// TestPair_Messages holds the messages, one row for each rule.
func TestPair_Messages(t *testing.T) {
	t.Parallel()
	const file = "profile: acme\nprofiles:\n- name: acme\n  api_url: https://acme.example.com\n  api_key: " + fileKey + "\n- name: bare\n  api_url: https://bare.example.com\n"
	for _, tt := range []struct {
		name   string
		flags  Flags
		env    []string
		access Access
		note   string
		reason string
		hint   string
	}{
		{
			name: "read, other key", env: []string{"HYDRACORE_API_KEY=" + envKey},
			note: "Using HYDRACORE_API_KEY at https://acme.example.com: profile acme, which is in use, has another credential (-p acme uses it).",
		},
		{
			name: "write, other key", env: []string{"HYDRACORE_API_KEY=" + envKey}, access: Write,
			reason: "HYDRACORE_API_KEY is set, and profile acme, which is in use, has another credential: a write could reach the wrong tenant",
			hint:   "-p acme uses the profile, -p env the environment",
		},
		{
			name: "named by the flag", flags: Flags{"profile": "acme"}, env: []string{"HYDRACORE_API_KEY=" + envKey}, access: Write,
			note: "HYDRACORE_API_KEY is ignored because --profile was given: using profile acme at https://acme.example.com.",
		},
		{
			name: "named by the variable", env: []string{"HYDRACTL_PROFILE=acme", "HYDRACORE_API_KEY=" + envKey, "HYDRACORE_API_URL=" + envURL}, access: Write,
			note: "HYDRACORE_API_KEY and HYDRACORE_API_URL are ignored because HYDRACTL_PROFILE is set: using profile acme at https://acme.example.com.",
		},
		{
			name: "address alone", env: []string{"HYDRACORE_API_URL=" + envURL},
			reason: "profile acme, which is in use, is for https://acme.example.com, and HYDRACORE_API_URL names https://env.example.com",
			hint:   "-p acme uses the profile, -p env the environment, or unset HYDRACORE_API_URL",
		},
		{
			name: "profile without a credential", flags: Flags{"profile": "bare"}, env: []string{"HYDRACORE_API_KEY=" + envKey, "HYDRACORE_API_URL=" + envURL},
			note: "HYDRACORE_API_URL is ignored because --profile was given: using profile bare at https://bare.example.com.",
		},
		{
			name: "nothing", flags: Flags{"profile": "bare"},
			reason: "no API key or token for profile bare", hint: "hydractl auth login, or set HYDRACORE_API_KEY; to try things out: -p sandbox",
		},
		{
			name: "nothing in CI", flags: Flags{"profile": "bare"}, env: []string{"CI=true"},
			reason: "no API key or token for profile bare", hint: "set HYDRACORE_API_KEY, or hydractl auth login; to try things out: -p sandbox",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := parsed(t, file).Resolve(tt.flags, environ(tt.env...), "")
			if err != nil {
				t.Fatal(err)
			}
			c, err := s.Credential(t.Context(), tt.access)
			if tt.reason == "" {
				if err != nil || c.Note != tt.note {
					t.Errorf("got %v, note %q, want %q", err, c.Note, tt.note)
				}
				return
			}
			if r, ok := failure.Of(err); !ok || r.Message != tt.reason || r.Hint != tt.hint {
				t.Errorf("got %v, hint %q, want %q, %q", err, r.Hint, tt.reason, tt.hint)
			}
		})
	}
}

// TestPair_EnvironmentTakesNothingFromFile holds that the profile env is what flags and variables say.
func TestPair_EnvironmentTakesNothingFromFile(t *testing.T) {
	t.Parallel()
	f := parsed(t, "api_url: "+fileURL+"\napi_key: "+fileKey+"\noutput: wide\nmode: live\n")
	s, err := f.Resolve(Flags{"profile": Environment}, environ("HYDRACTL_RETRIES=2"), "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Output != "table" || s.Mode != "" || s.Retries != 2 || s.APIURL != "https://api.hydracore.io" {
		t.Errorf("got %+v", s.Values)
	}
	for _, name := range []string{Environment, Sandbox} {
		if err := f.AddProfile(name); err == nil || !strings.Contains(err.Error(), "is built in") {
			t.Errorf("adding %s: %v", name, err)
		}
		if err := f.RemoveProfile(name); err == nil || !strings.Contains(err.Error(), "is built in") {
			t.Errorf("removing %s: %v", name, err)
		}
		if err := f.Set(name, "output", "json"); err == nil || !strings.Contains(err.Error(), "is built in") {
			t.Errorf("changing %s: %v", name, err)
		}
	}
	if got := fmt.Sprint(f.Profiles()); got != "[default env sandbox]" {
		t.Errorf("the profiles are %s", got)
	}
}
