package cmd

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// ran is what a command left behind.
type ran struct {
	code        int
	out, errOut string
}

// runCLI runs hydractl in an empty home, with vars on top of an empty environment.
func runCLI(t *testing.T, vars map[string]string, stdin string, args ...string) ran {
	t.Helper()
	return runIn(t, t.Context(), vars, stdin, args...)
}

func runIn(t *testing.T, ctx context.Context, vars map[string]string, stdin string, args ...string) ran {
	t.Helper()
	var out, errOut bytes.Buffer
	env := clitest.Env(t, vars, stdin)
	env.Out, env.Err = &out, &errOut
	code := Execute(ctx, env, args)
	got := ran{code, out.String(), errOut.String()}
	if strings.Contains(got.out+got.errOut, clitest.Key) {
		t.Errorf("the key is in the output of %q:\n%s%s", args, got.out, got.errOut)
	}
	return got
}
