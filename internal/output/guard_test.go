package output

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestGuard_ChangesCellsForFileOnly(t *testing.T) {
	guard := func(s string) string { return strings.Replace(s, "=", "'=", 1) }
	for format, want := range map[string]map[int]string{
		"csv":   {0: "'=1+1\x1b,a\n", 80: `=1+1\x1b,a` + "\n"},
		"tsv":   {0: "'=1+1\x1b\ta\n"},
		"jsonl": {0: `{"id":"a","name":"=1+1\u001b"}` + "\n"},
		"id":    {0: "a\n"},
	} {
		for width, want := range want {
			p, err := New(Options{Format: format, Guard: guard, Width: width, NoHeaders: true}, plainColumns())
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if _, err := p.List(&b, sequence([]plain{{ID: "a", Name: new("=1+1\x1b")}}, nil), plainEnvelope()); err != nil {
				t.Fatal(err)
			}
			if b.String() != want {
				t.Errorf("%s, %d columns: %q, want %q", format, width, b.String(), want)
			}
		}
	}
}

func TestGuard_DirectDocumentIsNotSpooled(t *testing.T) {
	long := strings.Repeat("x", spoolMemory/2)
	rows := []plain{{Name: &long}, {Name: &long}, {Name: &long}}
	text := func(o Options) string {
		p, err := New(o, plainColumns())
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if _, err := p.List(&b, sequence(rows, nil), plainEnvelope()); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	want := map[string]string{"json": text(Options{Format: "json"}), "yaml": text(Options{Format: "yaml"})}
	missing := filepath.Join(t.TempDir(), "missing")
	t.Setenv("TMPDIR", missing)
	t.Setenv("TMP", missing)
	for format, want := range want {
		if got := text(Options{Format: format, Direct: true}); got != want {
			t.Errorf("%s: %d bytes, want %d", format, len(got), len(want))
		}
	}
}
