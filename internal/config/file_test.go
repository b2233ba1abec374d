package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFile_MistakesHaveLineAndColumn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want, hint string }{
		{"unknown setting", "output: json\noutpt: json", "config.yaml:2:1: unknown setting \"outpt\"", "did you mean output?"},
		{"unknown setting of a profile", "profiles:\n  - name: a\n    api-url: x", "config.yaml:3:5: unknown setting \"api-url\"", "did you mean api_url?"},
		{"upper case", "OUTPUT: json", "config.yaml:1:1: unknown setting \"OUTPUT\"", "did you mean output?"},
		{"near to nothing", "zzzzzzzz: 1", "config.yaml:1:1: unknown setting \"zzzzzzzz\"", "the settings are "},
		{"profile in the singular", "profiles: []\nprofil: a", "config.yaml:2:1: unknown setting", "did you mean profile?"},
		{"name outside of a profile", "name: a", "config.yaml:1:1: unknown setting", "the settings are"},
		{"dot in a key", "a.b: c", "config.yaml:1:1: unknown setting \"a.b\"", ""},
		{"merge key", "<<: {output: json}", "config.yaml:1:1: unknown setting", ""},
		{"key twice", "output: json\nretries: 1\noutput: csv", "config.yaml:3:1: output is set twice, first on line 1", ""},
		{"profile twice", "profiles:\n- name: a\n- name: b\n- name: a", "config.yaml:4:9: there are two profiles named a, the first on line 2", ""},
		{"profile without name", "profiles:\n- output: json", "config.yaml:2:3: this profile has no name", ""},
		{"profile with a bad name", "profiles:\n- name: a b", "config.yaml:2:9: \"a b\" is not a profile name", ""},
		{"reserved profile", "profiles:\n- name: sandbox", "config.yaml:2:9: sandbox is built in", ""},
		{"key as profile name", "profiles:\n- name: hc_live_CANARY", "config.yaml:2:9: a profile name that starts with hc_ looks like an API key", ""},
		{"profiles as mapping", "profiles:\n  prod:\n    output: json", "config.yaml:2:3: profiles must be a list: one `- name: NAME` for each", ""},
		{"profile as text", "profiles: [prod]", "config.yaml:1:12: a profile must be lines of the form", ""},
		{"current as list", "profile: [a]", "config.yaml:1:10: profile takes the name of a profile", ""},
		{"list as file", "- a", "config.yaml:1:1: the file must be lines of the form `key: value`", ""},
		{"text as file", "api_key hc_live_CANARY", "config.yaml:1:1: the file must be lines of the form `key: value`", ""},
		{"number where text is expected", "columns: 3", "config.yaml:1:10: columns is text: put the value in quotes", ""},
		{"number as key", "api_key: 123456", "config.yaml:1:10: api_key is text: put the value in quotes", ""},
		{"number where a choice is expected", "output: 3", "config.yaml:1:9: output must be one of table, wide,", ""},
		{"misspelt choice", "output: jsno", "config.yaml:1:9: output must be one of table, wide, json, jsonl, yaml, csv, tsv, id (got \"jsno\"); did you mean json?", ""},
		{"text where a number is expected", "retries: many", "config.yaml:1:10: retries takes a value of type integer (0 to 20)", ""},
		{"number in quotes", "retries: '4'", "config.yaml:1:10: retries takes a value of type integer (0 to 20), without quotes", ""},
		{"out of range", "retries: 21", "config.yaml:1:10: retries must be between 0 and 20 (got 21)", ""},
		{"octal", "retries: 010", "config.yaml:1:10: retries must be a whole number from 0 to 20 (got \"010\")", ""},
		{"text where a boolean is expected", "debug: maybe", "config.yaml:1:8: debug takes a value of type boolean (true, false)", ""},
		{"duration without unit", "timeout: 90", "config.yaml:1:10: timeout must have a unit: 90s for seconds or 90m for minutes (got 90)", ""},
		{"duration out of range", "request_timeout: 1h", "config.yaml:1:18: request_timeout must be between 1ms and 10m (got 1h)", ""},
		{"negative duration", "timeout: -1s", "config.yaml:1:10: timeout must be between 0s and 24h (got -1s)", ""},
		{"list where text is expected", "columns: [email, id]", "config.yaml:1:10: columns takes one plain text value", ""},
		{"no value", "output:", "config.yaml:1:8: output has no value: give one or remove the line", ""},
		{"empty value", "output: ''", "config.yaml:1:9: output is empty", ""},
		{"anchor", "columns: &a email", "config.yaml:1:10: columns takes one plain text value", ""},
		{"alias", "profile: &a x\ncolumns: *a", "config.yaml:1:10: profile takes the name", ""},
		{"tag", "columns: !!binary ZW1haWw=", "config.yaml:1:10: columns takes one plain text value", ""},
		{"key with a space", "api_key: 'CANARY CANARY'", "config.yaml:1:10: api_key has a space or a line break in it", ""},
		{"address with a password", "api_url: https://u:CANARY@example.com", "config.yaml:1:10: api_url has a user name or password in it", ""},
		{"bad YAML", "output: json\napi_key: a: CANARY", "config.yaml:2: not valid YAML: mapping values are not allowed", ""},
		{"tab", "profiles:\n\t- name: a", "config.yaml:2: not valid YAML: found character that cannot start any token", ""},
		{"half written", "profiles:\n- name: a\n  api_key: \"CANA", "config.yaml:3: not valid YAML: found unexpected end of stream", ""},
		{"unknown alias", "output: json\napi_key: *CANARY", "config.yaml:1: not valid YAML", ""},
		{"NUL", "output: json\napi_key: \x00CANARY", "config.yaml:2: not valid YAML: control characters are not allowed", ""},
		{"bad UTF-8", "output: json\n\nx: \xff", "config.yaml:3: not valid YAML", ""},
		{"second document", "output: json\n---\noutput: csv", "config.yaml:2:1: a second YAML document starts here", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("config.yaml", []byte(tt.text))
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if !strings.HasPrefix(e.Error(), tt.want) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("got  %s (hint %s)\nwant %s (hint %s)", e, e.Hint, tt.want, tt.hint)
			}
			if strings.Contains(fmt.Sprintf("%+v", *e), "CANARY") {
				t.Errorf("the error quotes a secret: %v", e)
			}
		})
	}
}

func TestFile_WithoutSettingsIsEmpty(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "# nothing yet\n", "---\n", "null", "{}", "profiles:\n", "profile:\n", "\ufeff# BOM\n"} {
		f, err := Parse("config.yaml", []byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := strings.Join(f.Profiles(), " "); got != "default env sandbox" || f.Current() != "" {
			t.Errorf("%q: profiles %s, current %q", text, got, f.Current())
		}
	}
}

func TestFile_MissingIsEmptyAndNotCreated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none", "config.yaml")
	f, err := Open(path)
	if err != nil || f.Exists() || f.path != path {
		t.Errorf("got %v, exists %t", err, f.Exists())
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading made the folder: %v", err)
	}
}

func TestFile_HugeIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, make([]byte, maxFileBytes+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("got %v", err)
	}
}

func TestFile_TextIsNeverPrinted(t *testing.T) {
	t.Parallel()
	f := parsed(t, "profile: p\nprofiles: [{name: p, api_key: hc_live_CANARYcanary00}]")
	s, err := f.Resolve(nil, environ("HYDRACORE_ACCESS_TOKEN=CANARY"), "")
	if err != nil {
		t.Fatal(err)
	}
	credential, err := s.Credential(t.Context(), Read)
	if err != nil {
		t.Fatal(err)
	}
	value, _, err := f.Get("p", "api_key")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		text := fmt.Sprintf(verb, f) + fmt.Sprintf(verb, s) + fmt.Sprintf(verb, *s) + fmt.Sprintf(verb, credential) + fmt.Sprintf(verb, s.List()) + value
		if strings.Contains(text, "CANARY") || strings.Contains(text, "43414e415259") || strings.Contains(text, "67 65 78 65 82 89") {
			t.Errorf("%s shows a secret", verb)
		}
	}
}

func FuzzParse(f *testing.F) {
	const canary = "hc_live_QQQQZZZZQQQQ"
	for _, text := range []string{
		"profile: prod\noutput: table\nprofiles:\n  - name: prod\n    api_key: " + canary + "\n",
		"api_key: '" + canary + "'", canary + ": x", canary, "*" + canary, "&" + canary + " a", "!" + canary + " a", "output: " + canary,
		"api_url: https://x:" + canary + "@example.com", "profiles: [{name: " + canary + "}]", "profile: " + canary, "retries: " + canary,
		"%" + canary + "\n---\n", "? " + canary + "\n: a", "api_key: |\n " + canary + "\n\n\noutput: json", "# " + canary + "\n\n\noutput: json # x\n",
	} {
		f.Add(text, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		file, err := Parse("config.yaml", []byte(text))
		if err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("%q: %v is no *Error", text, err)
			}
			if strings.Contains(e.Error()+e.Hint, canary) {
				t.Fatalf("%q: the error quotes the secret: %v", text, e)
			}
			return
		}
		setChangesOneValueOnly(t, file, which)
	})
}

// setChangesOneValueOnly sets one setting of the defaults and compares all others, then takes it out again.
func setChangesOneValueOnly(t *testing.T, f *File, which uint8) {
	definitions := Definitions()
	d := definitions[int(which)%len(definitions)]
	value := fourValues(d)[0]
	before := *f
	if err := f.Set("", d.Name, value); err != nil {
		t.Fatalf("%q: set %s: %v", before.data, d.Name, err)
	}
	for _, profile := range append(f.Profiles(), "") {
		for _, other := range definitions {
			was, had := before.text(profile, other.Name)
			if profile == "" && other.Name == d.Name {
				was, had = value, true
			}
			if is, has := f.text(profile, other.Name); is != was || has != had {
				t.Fatalf("%q: setting %s made %s of %q %q (%t), was %q (%t)", before.data, d.Name, other.Name, profile, is, has, was, had)
			}
		}
	}
	if had, err := f.Unset("", d.Name); err != nil || !had {
		t.Fatalf("%q: unset %s: %t, %v", before.data, d.Name, had, err)
	}
}
