package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"
)

// stored is a sign-in in the profile prod, kept in a file.
func stored(t *testing.T) (*File, *Store, Stored) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hydractl", "config.yaml")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := Parse(path, []byte("profile: prod\nprofiles:\n- name: prod\n  api_url: https://prod.example.com\n  credential_store: file\n"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Resolve(nil, environ(), "")
	if err != nil {
		t.Fatal(err)
	}
	store, err := s.Store(StoreFile)
	if err != nil {
		t.Fatal(err)
	}
	c := Stored{
		APIURL: "https://prod.example.com", SignIn: "s1", Email: "ann@example.com", AccessToken: NewSecret("CANARY-access"),
		RefreshToken: NewSecret("CANARY-refresh"), Obtained: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Lifetime: 30 * time.Minute,
	}
	return f, store, c
}

func reveal(c Stored) []string {
	return []string{c.APIURL, c.APIKey.Reveal(), c.SignIn, c.Email, c.AccessToken.Reveal(), c.RefreshToken.Reveal(), c.Obtained.String(), c.Lifetime.String()}
}

func TestStore_RoundTrip(t *testing.T) {
	f, store, signIn := stored(t)
	key := Stored{APIURL: "https://prod.example.com", APIKey: NewSecret("hc_live_CANARYcanary00")}
	for _, c := range []Stored{signIn, key} {
		if err := store.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		got, err := store.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(reveal(c), reveal(got)); diff != "" {
			t.Error(diff)
		}
		s, err := f.Resolve(nil, environ(), "")
		if err != nil {
			t.Fatal(err)
		}
		credential, err := s.Credential(t.Context(), Read)
		if err != nil || credential.Place != store.Place || (credential.SignIn != nil) != c.APIKey.IsZero() {
			t.Errorf("got %+v, %v", credential, err)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(store.Place))
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]fs.FileMode{store.Place: 0o600, filepath.Dir(store.Place): fs.ModeDir | 0o700} {
			if info, err := os.Stat(path); err != nil || info.Mode() != want {
				t.Errorf("%s: %v, %v", path, info.Mode(), err)
			}
		}
	}
	if err := store.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(t.Context()); !errors.Is(err, ErrNotStored) {
		t.Errorf("after the removal: %v", err)
	}
	if err := store.Remove(t.Context()); !errors.Is(err, ErrNotStored) {
		t.Errorf("a second removal: %v", err)
	}
}

func TestStore_OnlySentToItsHost(t *testing.T) {
	t.Parallel()
	f, store, c := stored(t)
	c.APIURL = "https://staging.example.com"
	if err := store.Save(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s, err := f.Resolve(nil, environ(), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Credential(t.Context(), Read)
	want := "the stored credential of profile prod is for https://staging.example.com and is not sent to https://prod.example.com, which profile prod names"
	if e, ok := errors.AsType[*NoCredentialError](err); !ok || e.Reason != want {
		t.Errorf("got %v", err)
	}
	s, err = f.Resolve(Flags{"api_url": "https://staging.example.com"}, environ(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Credential(t.Context(), Read); err != nil {
		t.Errorf("to its own host: %v", err)
	}
}

func TestStore_DamagedIsRefusedWithoutQuoting(t *testing.T) {
	t.Parallel()
	_, store, c := stored(t)
	if err := store.Save(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(store.Place)
	if err != nil {
		t.Fatal(err)
	}
	check := func(text string) {
		t.Helper()
		if err := os.WriteFile(store.Place, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.Load(t.Context())
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != CodeRead || e.Hint != "hydractl auth login" {
			t.Errorf("%.60q: got %v", text, err)
		} else if strings.Contains(err.Error(), "CANARY") {
			t.Errorf("the error quotes the file: %v", err)
		}
	}
	for n := range whole { // half written
		check(string(whole[:n]))
	}
	for _, text := range []string{
		string(whole) + string(whole), `[]`, `null`, `{}`,
		`{"api_url":"https://a.example.com"}`,
		`{"api_url":"https://a.example.com","api_key":"CANARY","refresh_token":"CANARY","sign_in":"x"}`,
		`{"api_url":"https://a.example.com","refresh_token":"CANARY"}`,
		`{"api_url":"https://u:CANARY@a.example.com","api_key":"CANARY"}`,
		`{"api_url":"https://a.example.com","api_key":"CANARY\r\nX: y"}`,
		`{"api_url":"https://a.example.com","api_key":"CANARY","more":1}`,
		`{"api_url":"https://a.example.com","access_token":"CANARY","sign_in":"x","lifetime_seconds":-1}`,
		`{"api_url":"https://a.example.com","access_token":"CANARY","sign_in":"x","lifetime_seconds":9000000000000}`,
	} {
		check(text)
	}
}

func TestKeyring_WithoutRoomKeepsRefreshToken(t *testing.T) {
	t.Parallel()
	_, store, c := stored(t)
	kept := ""
	store.vault = keyringVault{
		check: func() error { return nil },
		get:   func(string, string) (string, error) { return kept, nil },
		set: func(_, _, text string) error {
			if strings.Contains(text, "access_token") {
				return keyring.ErrSetDataTooBig
			}
			kept = text
			return nil
		},
	}
	if err := store.Save(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	got, err := store.Load(t.Context())
	if err != nil || got.RefreshToken.Reveal() != "CANARY-refresh" || !got.AccessToken.IsZero() {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestKeyring_UnusableIsOneLine(t *testing.T) {
	for name, v := range map[string]keyringVault{
		"headless": newKeyringVault("prod", environ()),
		"refuses": {check: func() error { return nil }, get: func(string, string) (string, error) {
			return "", errors.New("The name org.freedesktop.secrets was not provided by any .service files")
		}},
	} {
		if _, err := os.Stat("/run/user"); name == "headless" && (runtime.GOOS != "linux" || err == nil) {
			continue // this system may have a keyring
		}
		_, err := v.read(t.Context())
		e, ok := errors.AsType[*KeyringError](err)
		if !ok || !strings.HasPrefix(e.Reason, "the keyring of this system cannot be used: ") || strings.Contains(e.Reason, "\n") || !strings.Contains(e.Hint, "hydractl auth login --store file") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestStore_ReadOnlyWhenUsed(t *testing.T) {
	t.Parallel()
	f, store, _ := stored(t)
	if err := os.MkdirAll(store.Place, 0o700); err != nil { // reading it would fail
		t.Fatal(err)
	}
	s, err := f.Resolve(nil, environ("HYDRACORE_API_KEY=hc_test_CANARYcanary00"), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Credential(t.Context(), Read); err != nil {
		t.Error(err)
	}
}
