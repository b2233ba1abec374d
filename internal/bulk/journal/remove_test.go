package journal

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/files"
)

func TestRemove_OnlyJournals(t *testing.T) {
	t.Parallel()
	header := `*H {"version":1,"operation":"create"} 5e6f7a8b` + "\n"
	spare := strings.Repeat("\x00", ReserveBytes)
	for name, test := range map[string]struct {
		files map[string]string
		gone  bool
	}{
		"a journal":                     {map[string]string{"journal": header, "lock": "", "reserve": spare, "input": "email\n"}, true},
		"one without a lock":            {map[string]string{"journal": header}, true},
		"a damaged one":                 {map[string]string{"journal": header + "what is this\nand this"}, true},
		"one that died in its header":   {map[string]string{"journal": header[:9], "lock": "", "reserve": spare}, true},
		"one that died before it":       {map[string]string{"journal": "", "lock": "", "reserve": spare}, true},
		"one that died before its file": {map[string]string{"lock": "", "reserve": spare}, true},
		"nothing":                       {map[string]string{}, false},
		"somebody's diary":              {map[string]string{"journal": "Dear journal,\n", "input": "x", "reserve": "y", "lock": "z"}, false},
		"other empty files":             {map[string]string{"journal": "", "lock": "", "reserve": ""}, false},
		"an input alone":                {map[string]string{"input": "email\n", "lock": ""}, false},
		"an input beside a spare":       {map[string]string{"input": "email\n", "lock": "", "reserve": spare}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "j")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			for file, content := range test.files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := Remove(dir)
			if test.gone {
				if _, missing := os.Stat(dir); err != nil || missing == nil {
					t.Errorf("%v; the folder is there: %v", err, missing == nil)
				}
				return
			}
			if !errors.Is(err, ErrNoJournal) {
				t.Errorf("the error is %v", err)
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(test.files)), namesIn(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestRemove_KeepsOtherFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := Open(files.Disk(), dir, Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(j.Close(), os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600), Remove(dir)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"notes.txt"}, namesIn(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestOpen_ForeignFileIsNotWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{"journal": "Dear journal,\n", "reserve": "mine"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Open(files.Disk(), dir, Header{})
	if refused, ok := errors.AsType[*Error](err); !ok || refused.Code != "journal_damaged" {
		t.Errorf("the error is %v", err)
	}
	if got := read(t, filepath.Join(dir, "journal")) + read(t, filepath.Join(dir, "reserve")); got != "Dear journal,\nmine" {
		t.Errorf("the files hold %.60q", got)
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
