package imports_test

import (
	"bytes"
	"testing"

	"github.com/hydracore/hydractl/cmd"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// runCLI runs hydractl in an empty home.
func runCLI(t *testing.T, vars map[string]string, stdin string, args ...string) clitest.Ran {
	t.Helper()
	return clitest.Execute(cmd.Execute).Run(t.Context(), t, vars, stdin, args...)
}

// atTerminal runs hydractl at a terminal at which this is typed.
func atTerminal(t *testing.T, vars map[string]string, typed string, args ...string) clitest.Ran {
	t.Helper()
	var out, errOut bytes.Buffer
	app := clitest.Env(t, vars, typed)
	app.Out, app.Err = &out, &errOut
	app.Terminal = cli.Terminal{In: true, Out: true, Err: true, Width: func() int { return 80 }}
	code := cmd.Execute(t.Context(), app, args)
	return clitest.Ran{Code: code, Out: out.String(), ErrOut: errOut.String()}
}
