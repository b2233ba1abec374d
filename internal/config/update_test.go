package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gofrs/flock"
)

// addProfiles adds n profiles, one Update each.
func addProfiles(ctx context.Context, path, prefix string, n int) error {
	for i := range n {
		if err := Update(ctx, path, func(f *File) error { return f.AddProfile(fmt.Sprintf("%s-%d", prefix, i)) }); err != nil {
			return err
		}
	}
	return nil
}

// TestMain lets the test binary be the second process of TestUpdate_ConcurrentWriters.
func TestMain(m *testing.M) {
	if path := os.Getenv("CONFIG_TEST_PATH"); path != "" {
		if err := addProfiles(context.Background(), path, os.Getenv("CONFIG_TEST_PREFIX"), 4); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestUpdate_ConcurrentWriters(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 4
	path := filepath.Join(t.TempDir(), "config.yaml")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	failed := make([]error, 2*writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() { failed[i] = addProfiles(t.Context(), path, fmt.Sprintf("routine%d", i), each) })
		all.Go(func() {
			other := exec.CommandContext(t.Context(), program)
			other.Env = append(os.Environ(), "CONFIG_TEST_PATH="+path, fmt.Sprintf("CONFIG_TEST_PREFIX=process%d", i))
			if out, err := other.CombinedOutput(); err != nil {
				failed[writers+i] = fmt.Errorf("%w: %s", err, out)
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(f.Own()), 2*writers*each; got != want {
		t.Errorf("%d profiles, want %d", got, want)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUpdate_ReadersSeeWholeFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	done := make(chan error)
	go func() { done <- addProfiles(t.Context(), path, "p", 40) }()
	last := 0
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(f.Profiles()); n < last {
			t.Fatalf("%d profiles after %d", n, last)
		} else {
			last = n
		}
	}
}

func TestUpdate_FailedEditWritesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	broken := errors.New("broken")
	err := Update(t.Context(), path, func(f *File) error { return errors.Join(f.Set("", "output", "json"), broken) })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file was written: %v", err)
	}
}

func TestUpdate_BrokenFileIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	half := []byte("profiles:\n- name: \"pro")
	if err := os.WriteFile(path, half, 0o600); err != nil {
		t.Fatal(err)
	}
	err := Update(t.Context(), path, func(f *File) error { return f.Set("", "output", "json") })
	if e, ok := errors.AsType[*Error](err); !ok || e.Line != 2 {
		t.Errorf("got %v", err)
	}
	if data, _ := os.ReadFile(path); !bytes.Equal(data, half) {
		t.Errorf("the file is now %q", data)
	}
}

func TestUpdate_LeftoverOfCrash(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), ".config.yaml.123.tmp"), []byte("outp"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Update(t.Context(), path, func(f *File) error { return f.Set("", "output", "json") }); err != nil {
		t.Error(err)
	}
}

func TestUpdate_HeldLockEndsWithContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	held := flock.New(path + ".lock")
	if err := held.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Update(ctx, path, func(f *File) error { return f.Set("", "output", "json") })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "cannot lock") {
		t.Errorf("got %v", err)
	}
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
}

func TestReplaceText_GoodTextOfUnchangedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	replaceWith := func(from, to string) error { return ReplaceText(t.Context(), path, []byte(from), []byte(to)) }
	if err := replaceWith("", "output: nonsense\n"); err == nil || !strings.Contains(err.Error(), "config.yaml:1:9") {
		t.Errorf("a bad text: got %v", err)
	}
	if err := replaceWith("", "output: json\n"); err != nil {
		t.Errorf("a new file: %v", err)
	}
	if err := replaceWith("output: csv\n", "output: id\n"); err == nil || !strings.Contains(err.Error(), "changed by another program") {
		t.Errorf("an old text: got %v", err)
	}
	if err := replaceWith("output: json\n", ""); err != nil {
		t.Errorf("an empty text: %v", err)
	}
	if text, err := ReadText(path); err != nil || len(text) != 0 {
		t.Errorf("the file is %q, %v", text, err)
	}
}

func TestReadText_BrokenFileCanBeFixed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	const broken = "output: [\n"
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := ReadText(path)
	if err != nil || string(text) != broken {
		t.Fatalf("got %q, %v", text, err)
	}
	if err := ReplaceText(t.Context(), path, text, []byte("output: json\n")); err != nil {
		t.Error(err)
	}
}

func TestUpdate_LastSettingRemoved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	set := func(f *File) error { return f.Set("", "output", "json") }
	unset := func(f *File) error { _, err := f.Unset("", "output"); return err }
	for _, edit := range []func(*File) error{set, unset} {
		if err := Update(t.Context(), path, edit); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := ReadText(path); err != nil || len(text) != 0 {
		t.Errorf("the file is %q, %v", text, err)
	}
}
