package customers_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

func TestWait_ImpossibleConditionsAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"exist":                       `--for: must be exists, or FIELD=VALUE`,
		"=5":                          "must be FIELD OPERATOR VALUE",
		"currency!EUR":                "after currency",
		"running_instance_cont>=1":    "did you mean running_instance_count?",
		"instance=1":                  "did you mean instances?",
		"running_instance_count>=one": "running_instance_count is compared with",
		"running_instance_count=1.5":  "running_instance_count is compared with",
		"running_instance_count>null": "running_instance_count is compared with",
		"currency>EUR":                "currency is text",
		"created_at>=soon":            "created_at is a date",
		"created_at~2026":             "created_at is not text",
	} {
		got := runCLI(t, clitest.Answering(t, clitest.Rows(0)), "", "customers", "wait", clitest.SomeID, "--for", text)
		if got.Code != failure.ExitUsage || got.Out != "" || !strings.Contains(got.ErrOut, want) {
			t.Errorf("%s: exit %d, stderr %s", text, got.Code, got.ErrOut)
		}
	}
}

// waitFor runs a wait with the shortest interval over a server that sends one answer after another, the last one for ever.
func waitFor(t *testing.T, line string, answers ...http.HandlerFunc) clitest.Ran {
	t.Helper()
	var asked atomic.Int32
	vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
		answers[min(int(asked.Add(1)), len(answers))-1](w, r)
	})
	return runCLI(t, vars, "", append([]string{"customers", "wait", "--interval", "100ms"}, strings.Fields(line)...)...)
}

func running(n int) http.HandlerFunc {
	return clitest.Answer(200, "application/json", fmt.Sprintf(`{"id":%q,"running_instance_count":%d}`, clitest.SomeID, n))
}

func TestWait_PrintsTheCustomer(t *testing.T) {
	t.Parallel()
	missing := clitest.Answer(404, "application/json", `{"detail":"Customer not found"}`)
	got := waitFor(t, clitest.SomeID+" --for running_instance_count>=1 --jq .running_instance_count", running(0), clitest.Answer(503, "text/plain", "busy"), running(2))
	if got.Code != failure.ExitOK || got.Out != "2\n" {
		t.Errorf("exit %d, stdout %q, stderr %s", got.Code, got.Out, got.ErrOut)
	}
	for _, line := range []string{"running_instance_count is 0.", "Warning: GET /v1/customers/" + clitest.SomeID + ": busy (503); retrying"} {
		if strings.Count(got.ErrOut, line) != 1 {
			t.Errorf("stderr has not one %q:\n%s", line, got.ErrOut)
		}
	}
	got = waitFor(t, clitest.SomeID+" --for exists -o json", missing, missing, running(0))
	if got.Code != failure.ExitOK || !strings.Contains(got.Out, clitest.SomeID) || strings.Count(got.ErrOut, "there is none yet") != 1 {
		t.Errorf("exists: exit %d, stdout %q, stderr %s", got.Code, got.Out, got.ErrOut)
	}
}

func TestWait_Ends(t *testing.T) {
	t.Parallel()
	missing := clitest.Answer(404, "application/json", `{"detail":"Customer not found"}`)
	later := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3000")
		clitest.Answer(429, "application/json", `{"detail":"slow down"}`)(w, nil)
	}
	for name, c := range map[string]struct {
		line    string
		answers []http.HandlerFunc
		code    int
		want    string
	}{
		"not fulfilled":        {"--for running_instance_count>5 --timeout 600ms", []http.HandlerFunc{running(4)}, failure.ExitTimeout, "waiting for running_instance_count>5: running_instance_count is 4"},
		"it never appears":     {"--for exists --timeout 600ms", []http.HandlerFunc{missing}, failure.ExitTimeout, "waiting for the customer: there is none yet"},
		"it does not exist":    {"--for running_instance_count>5", []http.HandlerFunc{missing}, failure.ExitNotFound, "no customer of this tenant"},
		"the server stays ill": {"--for exists --timeout 600ms", []http.HandlerFunc{clitest.Answer(500, "text/plain", "oh")}, failure.ExitTimeout, "timed out after"},
		"no credential":        {"--for exists", []http.HandlerFunc{clitest.Answer(401, "application/json", `{"detail":"who"}`)}, failure.ExitAuth, "who (401)"},
		"a limit too far away": {"--for exists --timeout 20s", []http.HandlerFunc{later}, failure.ExitRateLimit, "slow down (429)"},
	} {
		got := waitFor(t, clitest.SomeID+" "+c.line, c.answers...)
		if got.Code != c.code || got.Out != "" || !strings.Contains(got.ErrOut, c.want) {
			t.Errorf("%s: exit %d, stderr %s", name, got.Code, got.ErrOut)
		}
	}
}
