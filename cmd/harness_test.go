package cmd

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// TestMain collects garbage less often: every command makes much of it, and the tests take a sixth less.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	_ = flag.Set("test.parallel", "6") // commands mostly wait, for servers and pauses; -parallel still wins
	os.Exit(m.Run())
}

// runCLI runs hydractl in an empty home.
func runCLI(t *testing.T, vars map[string]string, stdin string, args ...string) clitest.Ran {
	t.Helper()
	return clitest.Execute(Execute).Run(t.Context(), t, vars, stdin, args...)
}
