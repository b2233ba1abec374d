package auth_test

import (
	"testing"

	"github.com/hydracore/hydractl/cmd"
	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// runCLI runs hydractl in an empty home.
func runCLI(t *testing.T, vars map[string]string, stdin string, args ...string) clitest.Ran {
	t.Helper()
	return clitest.Execute(cmd.Execute).Run(t.Context(), t, vars, stdin, args...)
}
