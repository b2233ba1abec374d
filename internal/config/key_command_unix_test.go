//go:build unix

package config

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hydracore/hydractl/internal/files"
)

// commanded resolves a profile whose key_command is a script of this text, in a folder of its own.
func commanded(t *testing.T, script string, settings ...string) *Settings {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "get key"), "#!/bin/sh\n"+script, 0o700)
	path := filepath.Join(folder, "config.yaml")
	write(t, path, "profile: prod\nprofiles:\n- name: prod\n  key_command: ['./get key', 'a b', '$HOME', '*']\n"+strings.Join(settings, "\n"), 0o600)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Resolve(nil, environ(), "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKeyCommand_NoShellNoCredentials(t *testing.T) {
	t.Setenv("HYDRACORE_API_KEY", "hc_live_CANARYcanary00")
	t.Setenv("HYDRACORE_ACCESS_TOKEN", "CANARY")
	t.Setenv("HYDRACORE_API_URL", "https://example.com")
	seen := filepath.Join(t.TempDir(), "seen")
	t.Setenv("SEEN", seen)
	s := commanded(t, `{ env; printf '%s|' "$@"; cat; } >"$SEEN"; echo hc_test_from_a_command`)
	got, err := s.Credential(t.Context(), Read)
	if err != nil || got.APIKey.Reveal() != "hc_test_from_a_command" || got.Origin.String() != "profile prod" {
		t.Fatalf("got %+v, %v", got, err)
	}
	text, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "CANARY") || !strings.Contains(string(text), "HYDRACORE_API_URL=https://example.com") {
		t.Errorf("the program got the environment\n%s", text)
	}
	if !strings.HasSuffix(string(text), "a b|$HOME|*|") {
		t.Errorf("the program got other arguments or a stdin:\n%s", text)
	}
}

func TestKeyCommand_FailureSaysWhy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, script, want string }{
		{"exit code", `echo "vault is sealed" >&2; exit 3`, `key_command "./get key" failed with exit code 3: vault is sealed`},
		{"silent", `exit 1`, `failed with exit code 1`},
		{"signal", `kill -9 $$`, `was ended: signal: killed`},
		{"lines and escapes", `printf 'a\nb\033[31m\377' >&2; exit 1`, "exit code 1: a b\x1b[31m?"},
		{"says the key", `echo hc_live_CANARYcanary00; echo "got hc_live_CANARYcanary00" >&2; exit 1`, "exit code 1: got ***"},
		{"a flood", `yes complaint | head -c 9999999 >&2; exit 7`, "exit code 7: complaint complaint"},
		{"nothing", ``, `prints is empty`},
		{"two lines", `echo hc_live_CANARYcanary00; echo CANARY`, `prints has a space or a line break`},
		{"a flood of key", `yes CANARY | tr -d '\n' | head -c 9999999`, `prints is longer than`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := commanded(t, tt.script).Credential(t.Context(), Read)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "CANARY") || len(err.Error()) > 3000 {
				t.Errorf("the error shows what was printed: %.300s", err)
			}
		})
	}
}

func TestKeyCommand_MissingProgram(t *testing.T) {
	t.Parallel()
	for _, command := range []string{`["hydractl-no-such-program"]`, `["` + filepath.Join(t.TempDir(), "missing") + `"]`, `["~/no"]`} {
		f := parsed(t, "")
		if err := f.Set("", "key_command", command); err != nil {
			t.Fatal(err)
		}
		s, err := f.Resolve(nil, environ(), filepath.Join(t.TempDir(), "missing"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Credential(t.Context(), Read)
		if e, ok := errors.AsType[*NoCredentialError](err); !ok || !strings.Contains(e.Reason, "cannot be run") {
			t.Errorf("%s: got %v", command, err)
		}
	}
}

func TestKeyCommand_EndsAfterTimeout(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{"limit": context.DeadlineExceeded, "caller": context.Canceled} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			if name == "limit" {
				ctx, cancel = context.WithTimeout(t.Context(), 0) // in place of ten seconds
			} else {
				cancel()
			}
			defer cancel()
			_, err := commanded(t, `exec sleep 1000`).Credential(ctx, Read)
			if name == "limit" {
				if err == nil || !strings.Contains(err.Error(), "did not end within 10s") {
					t.Errorf("got %v", err)
				}
			} else if !errors.Is(err, cause) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestKeyCommand_NeedsPrivateConfig(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "key_command: [pass]\n", 0o664)
	_, err := Open(path)
	if _, ok := errors.AsType[*files.InsecureError](err); !ok {
		t.Errorf("got %v", err)
	}
}

func TestKeyring_HangingIsLeftAfterThreeSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		hang := func() error { <-release; return nil }
		v := keyringVault{
			account: "prod", check: func() error { return nil },
			get: func(string, string) (string, error) { return "", hang() },
			set: func(string, string, string) error { return hang() },
			del: func(string, string) error { return hang() },
		}
		_, read := v.read(t.Context())
		for what, err := range map[string]error{"read": read, "write": v.write(t.Context(), nil), "remove": v.remove(t.Context())} {
			e, ok := errors.AsType[*KeyringError](err)
			if !ok || !strings.Contains(e.Reason, "did not answer within 3s") || !strings.Contains(e.Hint, "--store file") {
				t.Errorf("%s: got %v", what, err)
			}
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("stopped"))
		if err := v.write(ctx, nil); err == nil || err.Error() != "stopped" {
			t.Errorf("after the end: got %v", err)
		}
	})
}
