package customers_test

import (
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

func TestWatch_RefusesUnprintableFormats(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"--watch 999ms":                    "--watch: must be at least 1s",
		"--watch -5s":                      "--watch: must be at least 1s",
		"--watch 10":                       `--watch: expected a duration`,
		"--watch 1s -o csv":                "does not go with -o csv",
		"--watch 1s -o json":               "does not go with -o json",
		"--watch 1s -o jsonl --columns id": "--columns",
		"--watch 1s --columns id":          "--columns",
	} {
		got := runCLI(t, clitest.Answering(t, clitest.Answer(200, "application/json", `{"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`)), "", append([]string{"customers", "list"}, strings.Fields(line)...)...)
		if got.Code != failure.ExitUsage || got.Out != "" || !strings.Contains(got.ErrOut, want) {
			t.Errorf("%s: exit %d, stderr %s", line, got.Code, got.ErrOut)
		}
	}
}
