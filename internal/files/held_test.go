package files

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestNewHeld_RemovesWhatTheDeadLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, age time.Duration) string {
		path := filepath.Join(dir, name)
		at := time.Now().Add(-age)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return path
	}
	held, err := NewHeld(dir, "spool-")
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(held.Name(), old, old); err != nil {
		t.Fatal(err)
	}
	dead, young, other := write("spool-1", time.Hour), write("spool-2", 0), write("other", time.Hour)
	again, err := NewHeld(dir, "spool-")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{dead: false, young: true, other: true, held.Name(): true, again.Name(): true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", filepath.Base(path), err, want)
		}
	}
	for _, h := range []*Held{held, again} {
		h.Release()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestFreeSpace(t *testing.T) {
	t.Parallel()
	if free, ok := FreeSpace(t.TempDir()); ok && free <= 0 {
		t.Errorf("%d bytes", free)
	}
	if _, ok := FreeSpace(filepath.Join(t.TempDir(), "missing")); ok {
		t.Error("the free space of a missing folder is known")
	}
}
