package files_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/simulate"
	"github.com/hydracore/hydractl/internal/files"
)

// writing gives the write of a text.
func writing(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestAWholeFileIsPrivateAndLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "customers.csv")
	for _, replace := range []bool{false, true} {
		text := strings.Repeat("x", 1<<20)
		if err := files.WriteWhole(files.Disk(), path, replace, writing(text)); err != nil {
			t.Fatal(err)
		}
		if read(t, path) != text {
			t.Errorf("replace %v: another text", replace)
		}
		if info, err := os.Stat(path); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
			t.Errorf("replace %v: %v, %v", replace, info.Mode(), err)
		}
		if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
			t.Errorf("replace %v: %v, %v", replace, left, err)
		}
	}
}

func TestAWholeFileNeverTakesThePlaceOfOneThatAppearsMeanwhile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "customers.csv")
	err := files.WriteWhole(files.Disk(), path, false, func(w io.Writer) error {
		return errors.Join(os.WriteFile(path, []byte("another's"), 0o600), writing("ours")(w))
	})
	if failed, ok := errors.AsType[*files.FileError](err); !ok || failed.Path != path || !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if got := read(t, path); got != "another's" {
		t.Errorf("the file is %q", got)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestAFileThatIsNotWholeIsNotThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broken := errors.New("the server is gone")
	err := files.WriteWhole(files.Disk(), filepath.Join(dir, "customers.csv"), false, func(w io.Writer) error {
		return errors.Join(writing("half")(w), broken)
	})
	if _, isFile := errors.AsType[*files.FileError](err); isFile || !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestAFileThatCannotBeMadeIsToldByItsOwnName(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "nowhere", "customers.csv")
	asked := false
	err := files.WriteWhole(files.Disk(), path, false, func(io.Writer) error { asked = true; return nil })
	if _, ok := errors.AsType[*files.FileError](err); !ok || !errors.Is(err, fs.ErrNotExist) || asked {
		t.Errorf("%v; asked for the content: %v", err, asked)
	}
	if text := err.Error(); !strings.HasPrefix(text, "cannot write "+path+": ") || strings.Contains(text, ".part") {
		t.Errorf("%q", text)
	}
}

func TestAFullDiskKeepsNothingButTheOldFile(t *testing.T) {
	t.Parallel()
	for _, old := range []string{"", "old\n"} {
		d := simulate.NewDisk(nil)
		d.Capacity = 600 << 10
		if old != "" {
			d.Files["/c.csv"] = &simulate.File{Disk: d, Name: "/c.csv", Live: []byte(old), Synced: []byte(old), Same: len(old)}
		}
		err := files.WriteWhole(d, "/c.csv", old != "", func(w io.Writer) error {
			for range 1000 {
				if err := writing(strings.Repeat("x", 1000))(w); err != nil {
					return err
				}
			}
			return nil
		})
		if failed, ok := errors.AsType[*files.FileError](err); !ok || !files.IsFull(failed) {
			t.Errorf("%v", err)
		}
		switch f := d.Files["/c.csv"]; {
		case old == "" && len(d.Files) > 0:
			t.Errorf("%d files", len(d.Files))
		case old != "" && (len(d.Files) != 1 || string(f.Live) != old):
			t.Errorf("%d files, %q", len(d.Files), f.Live)
		}
	}
}

func TestANewFileIsMissingOrWholeWhereverTheProcessDies(t *testing.T) {
	t.Parallel()
	want := strings.Repeat("row\n", 200_000) // several writes
	for how := range simulate.Tears {
		for at, dead := 1, true; dead; at++ {
			d := simulate.NewDisk(&simulate.Crash{At: at})
			_ = files.WriteWhole(d, "/c.csv", false, writing(want))
			dead = d.Crash.IsDead()
			f := d.Reboot(nil, how).Files["/c.csv"]
			if f == nil && !dead || f != nil && string(f.Live) != want {
				t.Errorf("death at point %d: %v", at, f)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
