package main

import (
	"go/parser"
	"go/token"
	"testing"
)

// Whoever moves a guard learns it here, and not only when the guards are switched off one by one.
func TestEveryGuardIsInTheTree(t *testing.T) {
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
	}
	if len(names) < 20 {
		t.Errorf("%d guards", len(names))
	}
}
