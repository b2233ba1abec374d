package output

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSpool_LeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	long := strings.Repeat("x", 100_000)
	rows := make([]plain, 2*spoolMemory/len(long)+1)
	for i := range rows {
		rows[i] = plain{ID: "a1", Name: &long}
	}
	p, lost := plainPrinter(t, "json"), errors.New("lost")
	for _, failure := range []error{nil, lost} {
		var b strings.Builder
		_, err := p.List(&b, sequence(rows, failure), plainEnvelope())
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		if failure != nil && b.Len() > 0 {
			t.Errorf("wrote %d bytes of a list that failed", b.Len())
		}
		if n := strings.Count(b.String(), long); failure == nil && n != len(rows) {
			t.Errorf("%d of %d rows", n, len(rows))
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left %v, %v", left, err)
		}
	}
}

func TestSpool_FullDiskSaysWhere(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	t.Setenv("TMPDIR", missing)
	t.Setenv("TMP", missing)
	long := strings.Repeat("x", spoolMemory/2)
	rows := []plain{{Name: &long}, {Name: &long}, {Name: &long}}
	var b strings.Builder
	_, err := plainPrinter(t, "json").List(&b, sequence(rows, nil), plainEnvelope())
	if err == nil || b.Len() > 0 || !strings.Contains(err.Error(), missing) {
		t.Errorf("%v after %d bytes", err, b.Len())
	}
}
