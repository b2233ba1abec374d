package files_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/files"
)

// writing returns the write of a text.
func writing(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// checkFolder checks that a folder holds these files and no others.
func checkFolder(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(want) {
		t.Errorf("the folder holds %v, want %d files", entries, len(want))
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("%s holds %d bytes, want %d: %v", name, len(got), len(text), err)
		}
	}
}

func TestWriteWhole_IsPrivateAndComplete(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "customers.csv")
	for _, replace := range []bool{false, true} {
		text := strings.Repeat("x", 1<<20)
		if err := files.WriteWhole(files.Disk(), path, replace, writing(text)); err != nil {
			t.Fatal(err)
		}
		checkFolder(t, dir, map[string]string{"customers.csv": text})
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("replace %v: mode %v, %v", replace, info.Mode(), err)
		}
	}
}

func TestWriteWhole_KeepsFileOfAnotherWriter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "customers.csv")
	err := files.WriteWhole(files.Disk(), path, false, func(w io.Writer) error {
		return errors.Join(os.WriteFile(path, []byte("another's"), 0o600), writing("ours")(w))
	})
	if failed, ok := errors.AsType[*files.Error](err); !ok || failed.Path != path || !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	checkFolder(t, dir, map[string]string{"customers.csv": "another's"})
}

func TestWriteWhole_FailureLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broken := errors.New("the server is gone")
	err := files.WriteWhole(files.Disk(), filepath.Join(dir, "customers.csv"), false, func(w io.Writer) error {
		return errors.Join(writing("half")(w), broken)
	})
	if _, isFile := errors.AsType[*files.Error](err); isFile || !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	checkFolder(t, dir, nil)
}

func TestWriteWhole_MissingFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "nowhere", "customers.csv")
	asked := false
	err := files.WriteWhole(files.Disk(), path, false, func(io.Writer) error { asked = true; return nil })
	if _, ok := errors.AsType[*files.Error](err); !ok || !errors.Is(err, fs.ErrNotExist) || asked {
		t.Errorf("%v; asked for the content: %v", err, asked)
	}
	if !strings.HasPrefix(err.Error(), "cannot write "+path+": ") || strings.Contains(err.Error(), ".part") {
		t.Errorf("the message is %q", err)
	}
}

func TestDisk_RenameNewKeepsExistingFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := errors.Join(os.WriteFile(from, []byte("new"), 0o600), os.WriteFile(to, []byte("old"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := files.Disk().RenameNew(from, to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want that it exists", err)
	}
	checkFolder(t, dir, map[string]string{"from": "new", "to": "old"})
}

func TestWaitLock_OneHolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	unlock, err := files.WaitLock(t.Context(), path, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.WaitLock(t.Context(), path, time.Millisecond); !errors.Is(err, files.ErrLocked) {
		t.Errorf("a second holder: %v", err)
	}
	stopped, stop := context.WithCancelCause(t.Context())
	reason := errors.New("stopped")
	stop(reason)
	if _, err := files.WaitLock(stopped, path, time.Minute); !errors.Is(err, reason) {
		t.Errorf("after the end of the context: %v", err)
	}
	unlock()
	if unlock, err = files.WaitLock(t.Context(), path, time.Minute); err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestReadSmall(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.WriteFile(path, []byte("12345"), 0o600), makePipe(pipe)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, path string
		limit      int64
		pipes      bool
		want       string // of the error
	}{
		{"fits", path, 5, false, ""},
		{"too large", path, 4, false, "is larger than 4 bytes"},
		{"missing", path + "x", 5, false, "cannot be read"},
		{"folder", dir, 5, false, "is not a regular file"},
		{"device", os.DevNull, 5, false, "is not a regular file"},
		{"pipe", pipe, 5, false, "is not a regular file"},
		{"pipe without a writer", pipe, 5, true, ""},
	} {
		if runtime.GOOS == "windows" && tt.path != path {
			continue
		}
		data, info, err := files.ReadSmall(tt.path, tt.limit, tt.pipes)
		switch {
		case tt.want != "":
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), dir) {
				t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
			}
		case err != nil || info == nil || tt.path == path && string(data) != "12345":
			t.Errorf("%s: got %q, %v", tt.name, data, err)
		}
	}
}

// TestSpool_ReadsWhatWasWritten compares a spool with a buffer, for every way to fill it and every place to read from.
func TestSpool_ReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := files.Spool{Dir: dir, Memory: rapid.IntRange(0, 20).Draw(t, "memory")}
		defer s.Close()
		var want bytes.Buffer
		for _, part := range rapid.SliceOf(rapid.SliceOfN(rapid.Byte(), 0, 12)).Draw(t, "parts") {
			want.Write(part)
			if _, err := s.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if s.Size() != int64(want.Len()) {
			t.Fatalf("%d bytes, want %d", s.Size(), want.Len())
		}
		offset := rapid.IntRange(0, want.Len()).Draw(t, "offset")
		got := make([]byte, rapid.IntRange(0, want.Len()+3).Draw(t, "length"))
		n, err := s.ReadAt(got, int64(offset))
		rest := want.Bytes()[offset:]
		if !bytes.Equal(got[:n], rest[:min(len(rest), len(got))]) || (n < len(got)) != errors.Is(err, io.EOF) {
			t.Fatalf("%d bytes from %d: %d, %v", len(got), offset, n, err)
		}
		var all bytes.Buffer
		if _, err := s.WriteTo(&all); err != nil || !bytes.Equal(all.Bytes(), want.Bytes()) {
			t.Fatalf("all: %d bytes, %v", all.Len(), err)
		}
	})
	checkFolder(t, dir, nil)
}

func TestSpool_ResetForgetsAll(t *testing.T) {
	t.Parallel()
	s := files.Spool{Dir: t.TempDir(), Memory: 4}
	defer s.Close()
	for _, text := range []string{"first part", "next", "x"} {
		if _, err := s.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		if _, err := s.WriteTo(&all); err != nil || all.String() != text {
			t.Errorf("got %q, %v, want %q", all.String(), err, text)
		}
		s.Reset()
	}
}

func TestSpool_NamesItsFolder(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := files.Spool{Dir: filepath.Join(blocked, "tmp"), Memory: 1}
	_, err := s.Write([]byte("ab"))
	if err == nil {
		_, err = s.Write([]byte("cd"))
	}
	if err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("got %v", err)
	}
}
