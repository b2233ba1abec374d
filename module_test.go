package main

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// The workflows install the Go release of go.mod's toolchain line and forbid any other; the linters and release tools in
// tools/ have to build with it.
func TestModules_NameOneToolchain(t *testing.T) {
	line := regexp.MustCompile(`(?m)^toolchain (go\S+)$`)
	var named []string
	for _, path := range []string{"go.mod", "tools/go.mod", "tools/actionlint/go.mod"} {
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
	if slices.Sort(named); named[0] != named[len(named)-1] {
		t.Errorf("the modules name the toolchains %q", named)
	}
}
