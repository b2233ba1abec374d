package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func keyFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCredential_ConflictNamesEachPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, file string
		flags      Flags
		env        []string
		want       string
	}{
		{"environment", "", nil, []string{"HYDRACORE_API_KEY=a", "HYDRACORE_ACCESS_TOKEN=b"}, "HYDRACORE_API_KEY and HYDRACORE_ACCESS_TOKEN"},
		{"flags", "", Flags{"api_key": "a", "api_key_file": "b"}, nil, "--api-key and --api-key-file"},
		{"profile", "profile: p\nprofiles: [{name: p, api_key: a, access_token: b}]", nil, nil, "api_key (profile p) and access_token (profile p)"},
		{"defaults", "api_key: a\napi_key_file: b", nil, nil, "api_key (file) and api_key_file (file)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := parsed(t, tt.file).Resolve(tt.flags, environ(tt.env...), "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err = s.Credential(t.Context(), Read); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestCredential_StaysWithItsHost(t *testing.T) {
	t.Parallel()
	const file = `api_key: hc_live_default_0000000
profile: prod
profiles:
- name: prod
  api_url: https://prod.example.com
  api_key: hc_live_prod_00000000
- name: plain
- name: moved
  api_url: https://moved.example.com
`
	for _, tt := range []struct {
		name    string
		flags   Flags
		env     string
		want    string // start of the key, or of the refusal
		refused bool
	}{
		{"own host", nil, "", "hc_live_…", false},
		{"own host, written otherwise", Flags{"api_url": "HTTPS://PROD.example.com:443/v1/"}, "", "hc_live_…", false},
		{"own host, other path", Flags{"api_url": "https://prod.example.com/hydra"}, "", "hc_live_…", false},
		{"flag, other host", Flags{"api_url": "https://other.example.com"}, "", "the credential of profile prod is for https://prod.example.com and is not sent to https://other.example.com, which flag --api-url names", true},
		{"variable, other host", nil, "HYDRACORE_API_URL=https://other.example.com", "profile prod, which is in use, is for https://prod.example.com, and HYDRACORE_API_URL names https://other.example.com", true},
		{"other port", Flags{"api_url": "https://prod.example.com:8443"}, "", "the credential of profile prod", true},
		{"other scheme", Flags{"api_url": "http://prod.example.com", "allow_http": "true"}, "", "the credential of profile prod", true},
		{"subdomain", Flags{"api_url": "https://a.prod.example.com"}, "", "the credential of profile prod", true},
		{"variable is ignored for a named profile", Flags{"profile": "prod"}, "HYDRACORE_API_URL=https://other.example.com", "hc_live_…", false},
		{"defaults, own host", Flags{"profile": "plain"}, "", "hc_live_…", false},
		{"defaults, host of a profile", Flags{"profile": "moved"}, "", "the credential of the file's defaults is for https://api.hydracore.io and is not sent to https://moved.example.com, which profile moved names", true},
		{"key of the environment goes anywhere", Flags{"api_url": "https://other.example.com"}, "HYDRACORE_API_KEY=hc_live_environment", "hc_live_…", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := parsed(t, file).Resolve(tt.flags, environ(tt.env), "")
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Credential(t.Context(), Read)
			if !tt.refused {
				if err != nil || !strings.HasPrefix(got.APIKey.String(), tt.want) {
					t.Errorf("got %s, %v", got.APIKey, err)
				}
				return
			}
			if _, ok := errors.AsType[*NoCredentialError](err); !ok || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestCredential_EmptyVariableIsMentioned(t *testing.T) {
	t.Parallel()
	s, err := (&File{}).Resolve(nil, environ("HYDRACORE_API_KEY="), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Credential(t.Context(), Read)
	e, ok := errors.AsType[*NoCredentialError](err)
	if !ok || !strings.Contains(err.Error(), "HYDRACORE_API_KEY is set but empty") || e.Hint == "" {
		t.Errorf("got %v", err)
	}
}

func TestKeyFile_RelativeToHomeOrConfig(t *testing.T) {
	t.Parallel()
	path := keyFile(t, "hc_test_key_in_a_file\r\n")
	folder := filepath.Dir(path)
	f, err := Parse(filepath.Join(folder, "config.yaml"), []byte("profile: p\nprofiles: [{name: p, api_key_file: key}, {name: home, api_key_file: ~/key}]"))
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []string{"p", "home"} {
		s, err := f.Resolve(Flags{"profile": profile}, environ(), folder)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Credential(t.Context(), Read)
		if err != nil || got.APIKey.Reveal() != "hc_test_key_in_a_file" || got.Place != path {
			t.Errorf("%s: got %s of %s, %v", profile, got.APIKey, got.Place, err)
		}
	}
}

func TestKeyFile_BadOneNamedWithoutItsText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, want string }{
		{"missing", filepath.Join(t.TempDir(), "none"), "cannot be read: no such file"},
		{"folder", t.TempDir(), "is not a regular file"},
		{"empty", keyFile(t, "\n"), "the API key is empty"},
		{"two lines", keyFile(t, "CANARY\nCANARY\n"), "the API key has a space or a line break"},
		{"too large", keyFile(t, strings.Repeat("CANARY", 10_000)), "is larger than"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := (&File{}).Resolve(Flags{"api_key_file": tt.path}, environ(), "")
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Credential(t.Context(), Read)
			if e, ok := errors.AsType[*Error](err); !ok || e.Where != tt.path || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "CANARY") {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// TestCredential_LineBreakAtEnd checks that one line break at the end of a key is dropped wherever the key comes from, and that two
// are refused.
func TestCredential_LineBreakAtEnd(t *testing.T) {
	t.Parallel()
	const secret = "hc_test_CANARYcanaryCANARY42"
	resolve := func(t *testing.T, file string, flags Flags, env ...string) (Secret, error) {
		f, err := Parse("config.yaml", []byte(file))
		if err != nil {
			return Secret{}, err
		}
		s, err := f.Resolve(flags, environ(env...), "")
		if err != nil {
			return Secret{}, err
		}
		c, err := s.Credential(t.Context(), Read)
		if c.APIKey.IsZero() {
			return c.AccessToken, err
		}
		return c.APIKey, err
	}
	load := func(t *testing.T, store *Store, key string) (Secret, error) {
		text, err := encodeStored(Stored{APIURL: "https://prod.example.com", APIKey: NewSecret(key)})
		if err != nil {
			t.Fatal(err)
		}
		if err := store.vault.write(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		c, err := store.Load(t.Context())
		return c.APIKey, err
	}
	for name, read := range map[string]func(t *testing.T, key string) (Secret, error){
		"flag":         func(t *testing.T, key string) (Secret, error) { return resolve(t, "", Flags{"api_key": key}) },
		"key variable": func(t *testing.T, key string) (Secret, error) { return resolve(t, "", nil, "HYDRACORE_API_KEY="+key) },
		"token variable": func(t *testing.T, key string) (Secret, error) {
			return resolve(t, "", nil, "HYDRACORE_ACCESS_TOKEN="+key)
		},
		"profile": func(t *testing.T, key string) (Secret, error) {
			return resolve(t, fmt.Sprintf("profile: p\nprofiles: [{name: p, api_key: %q}]", key), nil)
		},
		"key file": func(t *testing.T, key string) (Secret, error) {
			return resolve(t, "", Flags{"api_key_file": keyFile(t, key)})
		},
		"key command": func(t *testing.T, key string) (Secret, error) {
			return resolve(t, fmt.Sprintf("key_command: [cat, %q]", keyFile(t, key)), nil)
		},
		"file store": func(t *testing.T, key string) (Secret, error) {
			_, store, c := stored(t)
			if err := store.Save(t.Context(), c); err != nil { // makes the folder
				t.Fatal(err)
			}
			return load(t, store, key)
		},
		"keyring": func(t *testing.T, key string) (Secret, error) {
			_, store, _ := stored(t)
			kept := ""
			store.vault = keyringVault{
				check: func() error { return nil },
				get:   func(string, string) (string, error) { return kept, nil },
				set:   func(_, _, text string) error { kept = text; return nil },
			}
			return load(t, store, key)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "key command" && runtime.GOOS == "windows" {
				t.Skip("there is no cat")
			}
			for _, end := range []string{"", "\n", "\r\n"} {
				if got, err := read(t, secret+end); err != nil || got.Reveal() != secret {
					t.Errorf("end %q: %q, %v", end, got.Reveal(), err)
				}
			}
			for _, bad := range []string{"\n" + secret, secret + "\n\n", secret + " \n", "\n"} {
				if got, err := read(t, bad); err == nil {
					t.Errorf("%q was read as %q", bad, got.Reveal())
				}
			}
		})
	}
}
