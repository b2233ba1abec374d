package journal

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
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
		"another program's file":        {map[string]string{"journal": "Dear journal,\n", "input": "x", "reserve": "y", "lock": "z"}, false},
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

func TestCheckFolder_RefusesOtherFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fill func(t *testing.T, dir string) error
		ok   bool
	}{
		"missing":    {func(_ *testing.T, dir string) error { return os.Remove(dir) }, true},
		"empty":      {func(*testing.T, string) error { return nil }, true},
		"lock":       {func(_ *testing.T, dir string) error { return os.WriteFile(filepath.Join(dir, lockFile), nil, 0o600) }, true},
		"other file": {func(_ *testing.T, dir string) error { return os.WriteFile(filepath.Join(dir, "a.csv"), nil, 0o600) }, false},
		"journal and other file": {func(_ *testing.T, dir string) error {
			j, err := Open(files.Disk(), dir, Header{})
			if err == nil {
				err = j.Close()
			}
			return errors.Join(err, os.WriteFile(filepath.Join(dir, "a.csv"), nil, 0o600))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := test.fill(t, dir); err != nil {
				t.Fatal(err)
			}
			err := CheckFolder(dir)
			if _, refused := errors.AsType[*Error](err); refused == test.ok {
				t.Errorf("%v", err)
			}
		})
	}
}

// A journal that is removed takes no more lines, and says so.
func TestOpen_RemovedJournalFails(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "1")
	j, err := Open(files.Disk(), dir, Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	<-j.Failed()
	if err := j.Requested(time.Now()); !errors.Is(err, ErrRemoved) || !errors.Is(j.Err(), ErrRemoved) {
		t.Errorf("%v, %v", err, j.Err())
	}
	_ = j.Close()
}

// The outcome of a send that was in flight when the journal was removed is in the reports of the run, with its ID.
func TestOpen_RemovedJournalKeepsOutcomes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "1")
	j, err := Open(files.Disk(), dir, Header{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	if err := j.Begin(PlanRecord{Rows: 2}); err != nil {
		t.Fatal(err)
	}
	send, err := j.Send(Entry{Row: 1, Attempt: 1, At: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := send.Durable(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	<-j.Failed()
	id := uuid.New()
	if err := j.Record(1, 1, Outcome{State: record.Created, Status: 201, ID: id, Evidence: ByAnswer}); !errors.Is(err, ErrRemoved) {
		t.Errorf("recorded: %v", err)
	}
	last, err := j.LastOutcomes()
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range []uuid.UUID{uuid.Nil, id} {
		got, err := last.Find(row)
		if err != nil || (got == nil) != (want == uuid.Nil) || got != nil && got.Outcome.ID != want {
			t.Errorf("row %d: %+v, %v", row, got, err)
		}
	}
}

func TestOpen_CopyIsRecognized(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "1")
	open := func(dir string, want bool) {
		t.Helper()
		j, err := Open(files.Disk(), dir, Header{})
		if err != nil {
			t.Fatal(err)
		}
		if j.Copied() != want {
			t.Errorf("%s: copied is %v", dir, j.Copied())
		}
		if err := errors.Join(j.Begin(PlanRecord{Rows: 1}), j.Close()); err != nil {
			t.Fatal(err)
		}
	}
	open(dir, false)
	open(dir, false)
	moved := dir + "-moved"
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	open(moved, false)
	again := dir + "-copied"
	if err := os.CopyFS(again, os.DirFS(moved)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(again, 0o700); err != nil {
		t.Fatal(err)
	}
	open(again, true)
	open(again, true) // until the import is finished
	open(moved, false)
}
