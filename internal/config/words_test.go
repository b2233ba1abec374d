package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWords_SurviveTheFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("a1 '\"\\$*#:-[]{}<>&ü,?!%@`|~")), 1, 20, -1)
		words := rapid.SliceOfN(word, 1, 6).Draw(t, "words")
		f, err := Parse("config.yaml", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Set("", "key_command", joinWords(words)); err != nil {
			t.Fatal(err)
		}
		again, err := Parse("config.yaml", f.data)
		if err != nil {
			t.Fatalf("%v\n%s", err, f.data)
		}
		text, _ := again.text("", "key_command")
		got, err := parseWords(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(words, got); diff != "" {
			t.Fatalf("%s\n%s", f.data, diff)
		}
	})
}

func TestWords_CommandMustBeList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"key_command: pass show x":                        "1:14: key_command takes a list",
		"key_command: []":                                 "1:14: key_command names no program",
		"key_command: ['']":                               "1:14: key_command names no program",
		"key_command: [pass, 5]":                          "1:21: key_command takes a list of texts",
		"key_command: [pass, [a]]":                        "1:21: key_command takes a list of texts",
		"key_command: [pass, null]":                       "1:21: key_command takes a list of texts",
		"key_command: {a: b}":                             "1:14: key_command takes a list",
		"key_command: [\"a\\0\"]":                         "1:14: key_command has a control character",
		"key_command:":                                    "key_command has no value",
		"key_command: [" + strings.Repeat("a,", 65) + "]": "more than 64",
		"mode: prod":                                      "1:7: mode must be one of live, test (got \"prod\")",
		"credential_store: keychain":                      "must be one of keyring, file (got",
	} {
		if _, err := Parse("config.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: got %v, want %q", text, err, want)
		}
	}
	f := parsed(t, "")
	if err := f.Set("", "key_command", "pass show x"); err == nil || !strings.Contains(err.Error(), `["pass", "show", "hydracore"]`) {
		t.Errorf("got %v", err)
	}
}

func TestMode_AllowsOnlyItsKind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ mode, variable, want string }{
		{"live", "HYDRACORE_API_KEY=hc_live_CANARYcanary00", ""},
		{"test", "HYDRACORE_API_KEY=hc_test_CANARYcanary00", ""},
		{"live", "HYDRACORE_API_KEY=hc_test_CANARYcanary00", "mode (file): only live keys are allowed, and this is a test key (from env HYDRACORE_API_KEY)"},
		{"test", "HYDRACORE_API_KEY=hc_live_CANARYcanary00", "only test keys are allowed, and this is a live key"},
		{"test", "HYDRACORE_API_KEY=CANARYcanary", "neither hc_live_ nor hc_test_"},
		{"live", "HYDRACORE_ACCESS_TOKEN=CANARYcanary", "bearer token"},
	} {
		s, err := parsed(t, "mode: "+tt.mode).Resolve(nil, environ(tt.variable), "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Credential(t.Context(), Read)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s with %.18s: got %v", tt.mode, tt.variable, err)
		}
		if err != nil && strings.Contains(err.Error(), "CANARY") {
			t.Errorf("the error quotes the key: %v", err)
		}
	}
}
