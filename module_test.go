package main

import (
	"os"
	"regexp"
	"testing"
)

// The workflows install the Go release of go.mod's toolchain line and forbid any other; the linters and release tools of
// tools/go.mod have to build with it.
func TestModules_NameOneToolchain(t *testing.T) {
	line := regexp.MustCompile(`(?m)^toolchain (go\S+)$`)
	var named []string
	for _, path := range []string{"go.mod", "tools/go.mod"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := line.FindSubmatch(text)
		if m == nil {
			t.Fatalf("%s has no toolchain line", path)
		}
		named = append(named, string(m[1]))
	}
	if named[0] != named[1] {
		t.Errorf("go.mod names %s, tools/go.mod %s", named[0], named[1])
	}
}
