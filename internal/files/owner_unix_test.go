//go:build unix

package files_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

func makePipe(path string) error { return syscall.Mkfifo(path, 0o600) }

// TestChecks_ModeAndOwner holds what each check accepts, by the modes of a file and its folder and by its owner.
func TestChecks_ModeAndOwner(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                         string
		file, folder                 os.FileMode
		uid                          int // -1: ours
		owned, writable, private, ok bool
	}{
		{"private", 0o600, 0o700, -1, true, true, true, true},
		{"readable", 0o644, 0o755, -1, true, true, false, true},
		{"writable by the group", 0o660, 0o700, -1, true, false, false, false},
		{"writable by all", 0o602, 0o700, -1, true, false, false, false},
		{"folder writable", 0o600, 0o777, -1, true, true, true, false},
		{"sticky folder", 0o600, 0o777 | os.ModeSticky, -1, true, true, true, true},
		{"another user's", 0o600, 0o700, 12345, false, false, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "folder")
			path := filepath.Join(dir, "file")
			if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(path, nil, 0o600), os.Chmod(path, tt.file), os.Chmod(dir, tt.folder)); err != nil {
				t.Fatal(err)
			}
			if tt.uid >= 0 {
				if os.Geteuid() != 0 {
					t.Skip("only root can give files away")
				}
				if err := os.Chown(path, tt.uid, -1); err != nil {
					t.Fatal(err)
				}
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			check := func(name string, err error, want bool) {
				t.Helper()
				if (err == nil) != want {
					t.Errorf("%s: %v, want accepted: %v", name, err, want)
				}
				if err == nil {
					return
				}
				if r, ok := failure.Of(err); !ok || r.ExitCode != failure.ExitUsage || r.Code != "insecure_file" || r.Hint == "" {
					t.Errorf("%s: report %+v", name, r)
				}
			}
			check("CheckOwned", files.CheckOwned(path, info), tt.owned)
			check("CheckWritable", files.CheckWritable(path, info), tt.writable)
			check("CheckPrivate", files.CheckPrivate(path, info), tt.private)
			check("CheckTrusted", files.CheckTrusted(path), tt.ok)
			link := filepath.Join(t.TempDir(), "link")
			if err := os.Symlink(path, link); err != nil {
				t.Fatal(err)
			}
			check("CheckTrusted by a link", files.CheckTrusted(link), tt.ok)
		})
	}
}

func TestMakePrivateDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := filepath.Join(dir, "a", "b")
	for range 2 {
		if err := files.MakePrivateDir(made); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(made); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(made, link); err != nil {
		t.Fatal(err)
	}
	if err := files.MakePrivateDir(link); err == nil {
		t.Error("a link is accepted as a private folder")
	}
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/a/b.csv": "/a/b.csv", "": "''", "a b": "'a b'", "it's": `'it'\''s'`} {
		if got := files.ShellWord(path); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
}
