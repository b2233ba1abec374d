package config

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// environ makes a Lookup of name=value pairs.
func environ(pairs ...string) Lookup {
	vars := map[string]string{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		vars[name] = value
	}
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

func parsed(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse("config.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// fourValues gives a different good value of the setting for each layer.
func fourValues(d Definition) [4]string {
	switch d.Kind {
	case URL:
		return [4]string{"https://1.example.com", "https://2.example.com", "https://3.example.com", "https://4.example.com"}
	case Duration:
		return [4]string{"11s", "12s", "13s", "14s"}
	case Integer:
		return [4]string{"11", "12", "13", "14"}
	case Boolean:
		return [4]string{"true", "false", "true", "false"}
	case Choice:
		n := len(d.Choices)
		return [4]string{d.Choices[n-1], d.Choices[n-2], d.Choices[max(n-3, 0)], d.Choices[n-1]}
	case Path:
		return [4]string{"/1", "/2", "/3", "/4"}
	case Command:
		return [4]string{`["1"]`, `["2"]`, `["3","a b"]`, `["4"]`}
	default:
		return [4]string{"hc_test_1111111111111", "hc_test_2222222222222", "hc_test_3333333333333", "hc_test_4444444444444"}
	}
}

func TestResolve_StrongestLayerWins(t *testing.T) {
	t.Parallel()
	for _, d := range Definitions() {
		values := fourValues(d)
		origins := [4]Origin{{FromFlag, d.Flag}, {FromEnv, d.Env}, {FromProfile, "prod"}, {Kind: FromFile}}
		for set := range 16 {
			has := func(layer int) bool { return set&(1<<layer) != 0 }
			if has(0) && d.Flag == "" || has(1) && d.Env == "" {
				continue
			}
			f, flags, env := parsed(t, "profile: prod\nprofiles:\n- name: prod\n"), Flags{}, []string{"UNRELATED=x"}
			if has(0) {
				flags[d.Name] = values[0]
			}
			if has(1) {
				env = append(env, d.Env+"="+values[1])
			}
			for layer, profile := range map[int]string{2: "prod", 3: ""} {
				if !has(layer) {
					continue
				}
				if err := f.Set(profile, d.Name, values[layer]); err != nil {
					t.Fatal(err)
				}
			}
			want := Setting{Name: d.Name, Value: d.Default, Origin: Origin{Kind: FromDefault}}
			for layer := 3; layer >= 0; layer-- {
				if has(layer) {
					want.Value, want.Origin = values[layer], origins[layer]
				}
			}
			if d.Secret() {
				want.Value = NewSecret(want.Value).String()
			}
			s, err := f.Resolve(flags, environ(env...), "")
			if err != nil {
				t.Fatalf("%s, layers %04b: %v", d.Name, set, err)
			}
			got, err := s.Find(d.Name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, layers %04b (-want +got):\n%s", d.Name, set, diff)
			}
		}
	}
}

func TestResolve_EmptyVariableIsUnset(t *testing.T) {
	t.Parallel()
	var env []string
	for _, d := range Definitions() {
		if d.Env != "" {
			env = append(env, d.Env+"=")
		}
	}
	s, err := (&File{}).Resolve(nil, environ(append(env, "HYDRACTL_PROFILE=")...), "/home/u")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range s.List() {
		if setting.Origin.Kind != FromDefault {
			t.Errorf("%s comes from %s", setting.Name, setting.Origin)
		}
	}
}

func TestResolve_ValuesHaveTheirTypes(t *testing.T) {
	t.Parallel()
	f := parsed(t, "output: json\ntimeout: 90s\nretries: 7\nno_input: true\ncolumns: email,id\nca_cert: ~/ca.pem\n")
	s, err := f.Resolve(Flags{"debug": "1", "time": "utc"}, environ("HYDRACORE_API_URL=https://Example.com/v1/", "HYDRACTL_STATE_DIR=/state"), "/home/u")
	if err != nil {
		t.Fatal(err)
	}
	want := Values{
		APIURL: "https://example.com", Output: "json", Columns: "email,id", Timeout: 90 * time.Second, RequestTimeout: 30 * time.Second,
		Retries: 7, NoInput: true, Debug: true, Color: "auto", Time: "utc", CACert: filepath.Join("/home/u", "ca.pem"), StateDir: "/state",
		CompleteCustomers: true,
	}
	if diff := cmp.Diff(want, s.Values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestResolve_ProfileByFlagVariableFile(t *testing.T) {
	t.Parallel()
	text := "profile: c\nprofiles: [{name: a}, {name: b}, {name: c}]\n"
	for _, tt := range []struct {
		name, file string
		flags      Flags
		env        string
		want       string
		origin     string
	}{
		{"flag", text, Flags{"profile": "a"}, "HYDRACTL_PROFILE=b", "a", "flag --profile"},
		{"variable", text, nil, "HYDRACTL_PROFILE=b", "b", "env HYDRACTL_PROFILE"},
		{"file", text, nil, "", "c", "file"},
		{"nothing says", "profiles: [{name: a}]", nil, "", "default", "default"},
		{"no file", "", nil, "", "default", "default"},
		{"built in", "", Flags{"profile": "sandbox"}, "", "sandbox", "flag --profile"},
		{"default by name", "", Flags{"profile": "default"}, "", "default", "flag --profile"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := parsed(t, tt.file).Resolve(tt.flags, environ(tt.env), "")
			if err != nil {
				t.Fatal(err)
			}
			if s.Profile != tt.want || s.ProfileOrigin.String() != tt.origin {
				t.Errorf("got %s from %s, want %s from %s", s.Profile, s.ProfileOrigin, tt.want, tt.origin)
			}
		})
	}
}

func TestResolve_UnknownProfileListsKnown(t *testing.T) {
	t.Parallel()
	text := "profiles: [{name: prod}, {name: staging}]\n"
	for _, tt := range []struct {
		name, file  string
		flags       Flags
		env         string
		where, hint string
	}{
		{"flag", text, Flags{"profile": "prd"}, "", "--profile: ", "did you mean prod?"},
		{"variable", text, nil, "HYDRACTL_PROFILE=nowhere", "HYDRACTL_PROFILE: ", "prod, staging, default, env, sandbox"},
		{"file", "output: json\nprofile: gone\n" + text, nil, "", "config.yaml:2:10: ", "prod, staging, default, env, sandbox"},
		{"empty flag", text, Flags{"profile": ""}, "", "--profile: ", "prod, staging, default, env, sandbox"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parsed(t, tt.file).Resolve(tt.flags, environ(tt.env), "")
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Code != CodeProfile {
				t.Fatalf("got %v", err)
			}
			if !strings.HasPrefix(e.Error(), tt.where) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("got %q, hint %q", e, e.Hint)
			}
		})
	}
}

func TestResolve_BadValueNamesItsPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file string
		flags      Flags
		env        string
		want       string
	}{
		{"file name as format", "", Flags{"output": "all.csv"}, "", `--output: must be one of table, wide, json, jsonl, yaml, csv, tsv, id (got "all.csv"); to write a file: --out FILE, or > FILE`},
		{"flag", "", Flags{"retries": "21"}, "", "--retries: must be between 0 and 20 (got 21)"},
		{"variable", "", nil, "HYDRACTL_OUTPUT=jsn", `HYDRACTL_OUTPUT: must be one of table, `},
		{"variable without unit", "", nil, "HYDRACTL_TIMEOUT=90", "HYDRACTL_TIMEOUT: must have a unit: 90s"},
		{"empty flag", "", Flags{"output": ""}, "", "--output: is empty"},
		{"http in a variable", "", nil, "HYDRACORE_API_URL=http://example.com", "HYDRACORE_API_URL: is plain http"},
		{"http in the profile", "profile: p\nprofiles:\n- name: p\n  api_url: http://example.com", nil, "", "config.yaml:4:12: api_url is plain http"},
		{"http in the defaults", "api_url: http://example.com", nil, "", "config.yaml:1:10: api_url is plain http"},
		{"key in a variable", "", nil, "HYDRACORE_API_KEY=a b", "HYDRACORE_API_KEY: has a space"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parsed(t, tt.file).Resolve(tt.flags, environ(tt.env), "")
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestResolve_OverriddenBadVariable(t *testing.T) {
	t.Parallel()
	if _, err := (&File{}).Resolve(Flags{"output": "json"}, environ("HYDRACTL_OUTPUT=nonsense"), ""); err != nil {
		t.Error(err)
	}
}

func TestResolve_AllowHTTPInAnyLayer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		url  string
		warn bool
	}{{"http://example.com", true}, {"http://127.0.0.1:1", false}, {"https://example.com", false}} {
		s, err := parsed(t, "allow_http: true").Resolve(nil, environ("HYDRACORE_API_URL="+tt.url), "")
		if err != nil {
			t.Fatal(err)
		}
		if s.PlainHTTP() != tt.warn {
			t.Errorf("%s: PlainHTTP is %t", tt.url, s.PlainHTTP())
		}
	}
}

func TestResolve_SandboxIgnoresOtherCredentials(t *testing.T) {
	t.Parallel()
	f := parsed(t, "api_url: https://example.com\napi_key: hc_live_0000000000000000\noutput: wide\n")
	env := environ("HYDRACORE_API_URL=https://example.org", "HYDRACORE_API_KEY=hc_live_1111111111111111", "HYDRACORE_ACCESS_TOKEN=t", "HYDRACTL_RETRIES=2")
	s, err := f.Resolve(Flags{"profile": "sandbox"}, env, "")
	if err != nil {
		t.Fatal(err)
	}
	if !s.IsSandbox() || s.APIURL != "" || s.Output != "wide" || s.Retries != 2 || s.PlainHTTP() {
		t.Errorf("got %+v", s.Values)
	}
	_, err = s.Credential(t.Context(), Read)
	if _, ok := errors.AsType[*NoCredentialError](err); !ok {
		t.Errorf("a credential from elsewhere reached the sandbox: %v", err)
	}
	for _, name := range []string{"api_url", "api_key", "api_key_file"} {
		if _, err := f.Resolve(Flags{"profile": "sandbox", name: "x"}, env, ""); err == nil || !strings.Contains(err.Error(), "does not go with the profile sandbox") {
			t.Errorf("%s as a flag: got %v", name, err)
		}
	}
}

func TestResolve_PathsRelativeToFile(t *testing.T) {
	t.Parallel()
	f, err := Parse(filepath.Join("/etc", "hydra", "config.yaml"), []byte("ca_cert: ca.pem\nstate_dir: ~/state\n"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Resolve(Flags{"api_key_file": "key"}, environ(), "/home/u")
	if err != nil {
		t.Fatal(err)
	}
	key, _ := s.Find("api_key_file")
	got := []string{s.CACert, s.StateDir, key.Value}
	want := []string{filepath.Join("/etc", "hydra", "ca.pem"), filepath.Join("/home/u", "state"), "key"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestLocate_XDGThenHome(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has folders of its own")
	}
	for _, tt := range []struct{ name, env, home, config, state string }{
		{"home", "", "/home/u", "/home/u/.config/hydractl/config.yaml", "/home/u/.local/state/hydractl"},
		{"XDG_CONFIG_HOME", "XDG_CONFIG_HOME=/x", "/home/u", "/x/hydractl/config.yaml", "/home/u/.local/state/hydractl"},
		{"XDG_STATE_HOME", "XDG_STATE_HOME=/s", "/home/u", "/home/u/.config/hydractl/config.yaml", "/s/hydractl"},
		{"relative is ignored", "XDG_CONFIG_HOME=x", "/home/u", "/home/u/.config/hydractl/config.yaml", "/home/u/.local/state/hydractl"},
		{"empty is ignored", "XDG_CONFIG_HOME=", "/home/u", "/home/u/.config/hydractl/config.yaml", "/home/u/.local/state/hydractl"},
		{"no home", "", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := defaultPath(environ(tt.env), tt.home); got != tt.config {
				t.Errorf("config: got %q, want %q", got, tt.config)
			}
			if got := defaultStateDir(environ(tt.env), tt.home); got != tt.state {
				t.Errorf("state: got %q, want %q", got, tt.state)
			}
		})
	}
}

func TestLocate_FlagThenVariable(t *testing.T) {
	t.Parallel()
	env := environ("HYDRACTL_CONFIG=/env.yaml")
	if got := Locate("/flag.yaml", env, ""); got.Path != "/flag.yaml" || got.Origin.String() != "flag --config" {
		t.Errorf("got %+v", got)
	}
	if got := Locate("", env, ""); got.Path != "/env.yaml" || got.Origin.String() != "env HYDRACTL_CONFIG" {
		t.Errorf("got %+v", got)
	}
	if _, err := Locate(filepath.Join(t.TempDir(), "none"), env, "").Open(); err == nil || !strings.Contains(err.Error(), "--config") {
		t.Errorf("a missing file named by the flag: got %v", err)
	}
}

func TestResolve_WithoutHome(t *testing.T) {
	t.Parallel()
	f, err := Locate("", environ(), "").Open()
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Resolve(nil, environ("HYDRACORE_API_KEY=hc_test_0123456789"), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Credential(t.Context(), Read); err != nil {
		t.Errorf("the environment suffices: %v", err)
	}
	if _, err := s.RequireStateDir(); err == nil || !strings.Contains(err.Error(), "HOME is not set") {
		t.Errorf("state: got %v", err)
	}
	err = Update(t.Context(), f.path, func(f *File) error { return f.Set("", "output", "json") })
	if err == nil || !strings.Contains(err.Error(), "HOME is not set") {
		t.Errorf("writing: got %v", err)
	}
}
