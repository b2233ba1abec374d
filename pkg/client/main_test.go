package client_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// childEnv marks a run of the test program that inChild has started.
const childEnv = "CLIENT_TEST_CHILD"

// inChild runs the calling test once more, alone in a process with more in its environment, and gives what that
// process printed. In the child it returns false: there the test does its work.
func inChild(t *testing.T, env ...string) (printed string, parent bool) {
	t.Helper()
	if os.Getenv(childEnv) != "" {
		return "", false
	}
	cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
	cmd.Env = append(append(os.Environ(), childEnv+"=1"), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("the child failed: %v\n%s", err, out)
	}
	return string(out), true
}
