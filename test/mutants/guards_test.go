package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Whoever moves a guard learns it here, and not only when the guards are switched off one by one.
func TestGuards_AreInTheTree(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, g := range guards() {
		if names[g.name] {
			t.Errorf("two guards are called %q", g.name)
		}
		names[g.name] = true
		edited, err := g.edit("../..")
		if err != nil {
			t.Errorf("%s: %v", g.name, err)
			continue
		}
		if _, err := parser.ParseFile(token.NewFileSet(), g.file, edited, parser.SkipObjectResolution); err != nil {
			t.Errorf("%s: %v", g.name, err)
		}
		if g.tests == "" {
			t.Errorf("%s: no test is named", g.name)
		}
		for name := range strings.FieldsSeq(g.tests) {
			if !hasTest(t, "../../"+g.pkg(), name) {
				t.Errorf("%s: no test %s in %s", g.name, name, g.pkg())
			}
		}
	}
	if len(names) < 20 {
		t.Errorf("%d guards", len(names))
	}
}

func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(paths, func(path string) bool {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(source, []byte("\nfunc "+name+"("))
	})
}

func TestChosen_UnknownText(t *testing.T) {
	t.Parallel()
	some, err := chosen([]string{"client/retry.go", "HTTP/2 is off"})
	if err != nil || len(some) != 4 {
		t.Errorf("%d guards, %v", len(some), err)
	}
	if _, err := chosen([]string{"client/retry.go", "client/gone.go"}); err == nil || !strings.Contains(err.Error(), "client/gone.go") {
		t.Errorf("a file without guards is not reported: %v", err)
	}
}

func TestChosen_ByCI(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	_, texts, found := strings.Cut(string(script), "\ngo run ./test/mutants ")
	texts, _, _ = strings.Cut(texts, "\n")
	if some, err := chosen(strings.Fields(texts)); !found || err != nil || len(some) == len(guards()) {
		t.Errorf(".ci/run tries %q: %d guards, %v", texts, len(some), err)
	}
}
