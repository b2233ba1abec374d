package journal

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

func TestOpen_PrivateLockedAndDurable(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "imports", "1")
	h := Header{Operation: "create", SHA256: "s"}
	j, err := Open(files.Disk(), dir, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Begin(PlanRecord{Rows: 1}); err != nil {
		t.Fatal(err)
	}
	_, err = Open(files.Disk(), dir, h)
	if je, ok := errors.AsType[*Error](err); !ok || je.Code != "journal_in_use" {
		t.Errorf("a second run: %v", err)
	}
	if seen, err := Read(files.Disk(), dir); err != nil || seen.Rows() != 1 {
		t.Errorf("looking at it meanwhile: %v", err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{".": 0o700, FileName: 0o600, lockFile: 0o600, reserveFile: 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	j, err = Open(files.Disk(), dir, h)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[record.State]int{record.Pending: 1}, j.Counts()); diff != "" {
		t.Error(diff)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_InsecureJournalOrLink(t *testing.T) {
	t.Parallel()
	if os.PathSeparator != '/' {
		t.Skip("there are no modes here")
	}
	for name, spoil := range map[string]func(t *testing.T, dir string) error{
		"directory for all": func(_ *testing.T, dir string) error { return os.Chmod(dir, 0o777) },
		"file for all":      func(_ *testing.T, dir string) error { return os.Chmod(filepath.Join(dir, FileName), 0o666) },
		"linked file": func(t *testing.T, dir string) error {
			other := filepath.Join(t.TempDir(), "other")
			return errors.Join(os.Rename(filepath.Join(dir, FileName), other), os.Symlink(other, filepath.Join(dir, FileName)))
		},
		"directory of files": func(_ *testing.T, dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, FileName)), os.Mkdir(filepath.Join(dir, FileName), 0o700))
		},
		"another user's": func(t *testing.T, dir string) error {
			if os.Geteuid() != 0 {
				t.Skip("only root can give files away")
			}
			return os.Chown(filepath.Join(dir, FileName), 12345, -1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "1")
			j, err := Open(files.Disk(), dir, Header{})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(j.Close(), spoil(t, dir)); err != nil {
				t.Fatal(err)
			}
			_, err = Open(files.Disk(), dir, Header{})
			if je, ok := errors.AsType[*Error](err); !ok || je.Code != "journal_unwritable" {
				t.Errorf("%v", err)
			}
		})
	}
}
