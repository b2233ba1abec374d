//go:build unix

package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hydracore/hydractl/internal/files"
)

const withSecret = "profiles:\n- name: prod\n  api_key: hc_live_CANARYcanary00\n"

func write(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestOwner_ReadableSecretIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "it's mine", "config.yaml")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	for mode := range fs.FileMode(0o100) {
		write(t, path, withSecret, 0o600|mode)
		_, err := Open(path)
		if mode == 0 {
			if err != nil {
				t.Errorf("mode 0600: %v", err)
			}
			continue
		}
		e, ok := errors.AsType[*files.InsecureError](err)
		if !ok || e.Hint != "chmod 600 '"+strings.ReplaceAll(path, "'", `'\''`)+"'" {
			t.Errorf("mode %04o: got %v", 0o600|mode, err)
		}
	}
}

func TestOwner_ReadableFileWithoutSecret(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "output: json\n", 0o644)
	if _, err := Open(path); err != nil {
		t.Error(err)
	}
}

func TestKeyFile_ReadableByOthersIsRefused(t *testing.T) {
	t.Parallel()
	path := keyFile(t, "hc_live_CANARYcanary00")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	s, err := (&File{}).Resolve(Flags{"api_key_file": path}, environ(), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Credential(t.Context(), Read)
	if e, ok := errors.AsType[*files.InsecureError](err); !ok || e.Hint != "chmod 600 "+path {
		t.Errorf("got %v", err)
	}
}

func TestOwner_FileOfAnotherUserIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, withSecret, 0o600)
	if err := os.Chown(path, 12345, -1); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path)
	if e, ok := errors.AsType[*files.InsecureError](err); !ok || !strings.Contains(e.Reason, "belongs to another user") {
		t.Errorf("got %v", err)
	}
}

func TestOwner_LinkTargetIsChecked(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target.yaml"), filepath.Join(folder, "config.yaml")
	write(t, target, withSecret, 0o600)
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if f, err := Open(link); err != nil || !f.Has("prod") {
		t.Errorf("a good target: %v", err)
	}
	if err := os.Chmod(target, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(link); err == nil {
		t.Error("a target that others can read was accepted")
	}
}

func TestOwner_WriteRefusesLink(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target.yaml"), filepath.Join(folder, "config.yaml")
	for _, exists := range []bool{true, false} {
		if exists {
			write(t, target, "output: json\n", 0o600)
		} else if err := errors.Join(os.Remove(target), os.Remove(link)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		err := Update(t.Context(), link, func(f *File) error { return f.Set("", "output", "csv") })
		if e, ok := errors.AsType[*files.InsecureError](err); !ok || !strings.Contains(e.Reason, "symbolic link") {
			t.Errorf("target exists %t: got %v", exists, err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("the link is gone: %v, %v", info, err)
		}
		if data, _ := os.ReadFile(target); exists && string(data) != "output: json\n" {
			t.Errorf("the target was changed to %q", data)
		}
	}
}

func TestOwner_WrittenFileIsPrivate(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077} {
		t.Run(fmt.Sprintf("%03o", umask), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a", "b", "config.yaml")
			old := syscall.Umask(umask)
			err := Update(t.Context(), path, func(f *File) error { return f.Set("", "output", "csv") })
			syscall.Umask(old)
			if err != nil {
				t.Fatal(err)
			}
			for path, want := range map[string]fs.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700, filepath.Dir(filepath.Dir(path)): 0o700} {
				if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
					t.Errorf("%s has mode %v (%v), want %v", path, info.Mode().Perm(), err, want)
				}
			}
		})
	}
}

func TestOwner_ModeNarrowedForSecret(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "output: json\n", 0o644)
	if err := Update(t.Context(), path, func(f *File) error { return f.Set("", "api_key", "hc_live_CANARYcanary00") }); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestOwner_SpecialFileIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fifo := filepath.Join(folder, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(fifo); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("reading a pipe: %v", err)
	}
	if _, err := Open("/dev/zero"); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("reading a device: %v", err)
	}
	set := func(f *File) error { return f.Set("", "output", "json") }
	if err := Update(t.Context(), fifo, set); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("writing to a pipe: %v", err)
	}
	if _, err := Open(folder); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("reading a folder: %v", err)
	}
	if f, err := Open(os.DevNull); err != nil || len(f.data) != 0 {
		t.Errorf("/dev/null: %v", err)
	}
	if err := Update(t.Context(), os.DevNull, set); err == nil {
		t.Error("/dev/null was written to")
	}
}

func TestKeyFile_Pipe(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := writer.WriteString("hc_live_through_a_pipe\n"); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	key, err := readKeyFile(fmt.Sprintf("/dev/fd/%d", reader.Fd()))
	if err != nil || key.Reveal() != "hc_live_through_a_pipe" {
		t.Errorf("got %s, %v", key, err)
	}
}

// TestPair_ExposedConfiguration holds that a configuration which others can write to decides no address: it is refused
// wherever it would, and does not stand in the way of the built-in profiles.
func TestPair_ExposedConfiguration(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"api_url: https://evil.example.com\n", "ca_cert: evil.pem\n", "api_key_file: key\n", "credential_store: file\n", "profile: p\nprofiles: [{name: p, api_url: https://evil.example.com}]\n"} {
		path := filepath.Join(t.TempDir(), "config.yaml")
		write(t, path, text, 0o666)
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Resolve(nil, environ("HYDRACORE_API_KEY=hc_live_environment"), "")
		if e, ok := errors.AsType[*files.InsecureError](err); !ok || e.Hint != "chmod go-w "+path {
			t.Errorf("%q: got %v", text, err)
		}
		if err := Update(t.Context(), path, func(f *File) error { return f.Set("", "output", "json") }); err == nil {
			t.Errorf("%q: the file was taken over by a change", text)
		}
		for _, profile := range []string{Environment, Sandbox} {
			if _, err := f.Resolve(Flags{"profile": profile}, environ(), ""); err != nil {
				t.Errorf("%q, profile %s: %v", text, profile, err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "output: json\n", 0o666)
	if f, err := Open(path); err != nil || f.exposed != nil {
		t.Errorf("a file that decides nothing: %v", err)
	}
}
