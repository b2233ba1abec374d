package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary act as hydractl where a script runs it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"hydractl": func() { os.Exit(run()) },
	})
}

// TestScripts runs test/script/*/*.txtar. Every script has its own HOME, state folder and so its own sandbox.
func TestScripts(t *testing.T) {
	folders, err := filepath.Glob("test/script/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Dir:                 folder,
				Setup:               setup,
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
			})
		})
	}
}

func setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	env.Setenv("HOME", home)
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	env.Setenv("XDG_STATE_HOME", filepath.Join(home, ".local", "state"))
	env.Setenv("TZ", "UTC")
	return nil
}
