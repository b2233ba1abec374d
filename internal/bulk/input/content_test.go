package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// A file is changed in place, in its first or its last bytes, and its times are restored.
func TestSource_ChangedInPlaceWithItsTimes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(t *testing.T, path string, text []byte) error
		changed bool
	}{
		"nothing":     {func(*testing.T, string, []byte) error { return nil }, false},
		"mode":        {func(_ *testing.T, path string, _ []byte) error { return os.Chmod(path, 0o640) }, false},
		"first bytes": {func(t *testing.T, path string, text []byte) error { return overwrite(t, path, text, 40) }, true},
		"last bytes": {func(t *testing.T, path string, text []byte) error {
			return overwrite(t, path, text, int64(len(text)-9))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text bytes.Buffer
			fmt.Fprintln(&text, "company_name,email")
			for i := range 4000 {
				fmt.Fprintf(&text, "Company %d,user%d@example.com\n", i, i)
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "in.csv")
			if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			source, err := Open(t.Context(), path, nil, dir, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = source.Close() })
			checked, err := Validate(t.Context(), source, Rules{})
			if err != nil {
				t.Fatal(err)
			}
			if err := test.change(t, path, text.Bytes()); err != nil {
				t.Fatal(err)
			}
			if got := source.Changed(); got != test.changed && runtime.GOOS == "linux" {
				t.Errorf("Changed is %v", got)
			}
			var last error
			for _, err := range checked.Each() {
				last = err
			}
			if errors.Is(last, ErrChanged) != test.changed {
				t.Errorf("the rows end with %v", last)
			}
		})
	}
}

// overwrite changes one byte and restores the file's times.
func overwrite(t *testing.T, path string, text []byte, at int64) error {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte{text[at] ^ 1}, at)
	return errors.Join(err, f.Close(), os.Chtimes(path, info.ModTime(), info.ModTime()))
}

// Reads of any length return the file.
func TestBlockReader_EveryLength(t *testing.T) {
	t.Parallel()
	text := bytes.Repeat([]byte("0123456789abcdef,"), 3*blockBytes/17+5)
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := OpenFile(t.Context(), path, nil, t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, n := range []int{1, 1000, blockBytes - 1, blockBytes, blockBytes + 1, 2 * blockBytes, len(text) + 1} {
		var got bytes.Buffer
		if _, err := io.CopyBuffer(struct{ io.Writer }{&got}, file.reader(), make([]byte, n)); err != nil || !bytes.Equal(got.Bytes(), text) {
			t.Errorf("reads of %d bytes: %d of %d bytes, %v", n, got.Len(), len(text), err)
		}
	}
}
