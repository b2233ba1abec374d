package cmd

import (
	"flag"
	"os"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "6") // commands mostly wait, for servers and pauses; -parallel still wins
	os.Exit(m.Run())
}

// runCLI runs hydractl in an empty home.
func runCLI(t *testing.T, vars map[string]string, stdin string, args ...string) clitest.Ran {
	t.Helper()
	return clitest.Execute(Execute).Run(t.Context(), t, vars, stdin, args...)
}
