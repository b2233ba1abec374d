package files_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// place is a path that a flag can name, and why no file is written there; free is one that may be written.
type place struct{ name, path, reason string }

const (
	free     = ""
	existing = "exists"
)

// places makes one path of each kind in dir.
func places(t *testing.T, dir string) []place {
	t.Helper()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.WriteFile(in("old.csv"), []byte("old"), 0o600),
		os.Mkdir(in("folder"), 0o700),
		os.Symlink(in("old.csv"), in("link.csv")),
		os.Symlink(in("none.csv"), in("dangling.csv")),
		os.Symlink(in("folder"), in("linked")),
		os.Symlink("/dev/stdout", in("stdout.csv")),
		os.Symlink("/dev", in("devices")),
		os.Symlink("/proc/self", in("self")),
		makePipe(in("pipe")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return []place{
		{"free", in("new.csv"), free},
		{"free below a linked folder", in("linked/new.csv"), free},
		{"regular file", in("old.csv"), existing},
		{"empty", "", "must be the path of a file"},
		{"dash", "-", "must be the path of a file"},
		{"no folder", in("none/new.csv"), "there is no folder"},
		{"folder", in("folder"), "is a folder"},
		{"folder of a file", in("old.csv/new.csv"), "old.csv"},
		{"link to a file", in("link.csv"), "is a symbolic link"},
		{"link to a folder", in("linked"), "is a symbolic link"},
		{"dangling link", in("dangling.csv"), "is a symbolic link"},
		{"link to standard output", in("stdout.csv"), "is a symbolic link"},
		{"named pipe", in("pipe"), "is not a regular file"},
		{"null device", os.DevNull, "is below /dev or /proc"},
		{"standard output", "/dev/stdout", "is below /dev or /proc"},
		{"standard error", "/dev/stderr", "is below /dev or /proc"},
		{"descriptor", "/dev/fd/1", "is below /dev or /proc"},
		{"descriptor of the process", "/proc/self/fd/1", "is below /dev or /proc"},
		{"new name below /dev", "/dev/new.csv", "is below /dev or /proc"},
		{"shared memory", "/dev/shm/new.csv", "is below /dev or /proc"},
		{"by dots", dir + "/../../../../../../../../dev/new.csv", "is below /dev or /proc"},
		{"by a linked folder", in("devices/new.csv"), "is below /dev or /proc"},
		{"by a link to the process", in("self/new.csv"), "is below /dev or /proc"},
	}
}

// TestCheckTarget holds every kind of path with and without --force. Force replaces regular files, and nothing else.
func TestCheckTarget(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs /dev and symbolic links")
	}
	t.Parallel()
	for _, p := range places(t, t.TempDir()) {
		for _, force := range []bool{false, true} {
			err := files.CheckTarget("--out", p.path, force)
			checkRefused(t, p, force, err)
		}
	}
}

func checkRefused(t *testing.T, p place, force bool, err error) {
	t.Helper()
	if p.reason == free || p.reason == existing && force {
		if err != nil {
			t.Errorf("%s, force %v: %v", p.name, force, err)
		}
		return
	}
	f, ok := errors.AsType[*failure.Failure](err)
	if !ok || f.Exit != failure.ExitUsage || !strings.HasPrefix(f.Message, "--out") || !strings.Contains(f.Message, p.reason) {
		t.Errorf("%s, force %v: %v, want %q", p.name, force, err, p.reason)
	}
}

// TestOpenAppend_Refuses holds that the same paths are refused for a file that is added to.
func TestOpenAppend_Refuses(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs /dev and symbolic links")
	}
	t.Parallel()
	for _, p := range places(t, t.TempDir()) {
		f, err := files.OpenAppend("--out", p.path)
		checkRefused(t, p, true, err)
		if err == nil {
			_ = f.Close()
		}
	}
	open := filepath.Join(t.TempDir(), "open")
	if err := os.WriteFile(open, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := files.OpenAppend("--debug-file", open)
	if f, ok := errors.AsType[*failure.Failure](err); !ok || !strings.Contains(f.Message, "open to other users") || !strings.Contains(f.Hint, "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
}

// TestReplace_KeepsLinksAndPipes holds that what appears after the check is not replaced either.
func TestReplace_KeepsLinksAndPipes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs symbolic links")
	}
	t.Parallel()
	dir := t.TempDir()
	for _, p := range places(t, dir) {
		if p.reason != "is a symbolic link" && p.reason != "is not a regular file" {
			continue
		}
		before, err := os.Lstat(p.path)
		if err != nil {
			t.Fatal(err)
		}
		err = files.Replace(p.path, []byte("new"))
		after, errAfter := os.Lstat(p.path)
		if err == nil || errAfter != nil || before.Mode() != after.Mode() {
			t.Errorf("%s: %v; mode %v, then %v", p.name, err, before.Mode(), after.Mode())
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "old.csv")); err != nil || string(text) != "old" {
		t.Errorf("the target of a link is %q, %v", text, err)
	}
}

func TestIsStdout(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{"-": true, "/dev/stdout": true, "/dev/./stdout": true, "/dev/stderr": false, "": false, "./-": false, "stdout": false} {
		if files.IsStdout(path) != want {
			t.Errorf("IsStdout(%q) is %v", path, !want)
		}
	}
}

func TestSame(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs symbolic links")
	}
	t.Parallel()
	dir := t.TempDir()
	places(t, dir)
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Link(in("old.csv"), in("hard.csv")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{in("old.csv"), dir + "/folder/../old.csv", true},
		{in("old.csv"), in("hard.csv"), true},
		{in("old.csv"), in("link.csv"), true},
		{in("folder/new.csv"), in("linked/new.csv"), true},
		{in("new.csv"), dir + "/./new.csv", true},
		{in("new.csv"), in("other.csv"), false},
		{"", "", false},
	} {
		if got := files.Same(tt.a, tt.b); got != tt.want {
			t.Errorf("Same(%q, %q) is %v", tt.a, tt.b, got)
		}
	}
}
