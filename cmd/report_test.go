package cmd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// TestStatus_ExitCode runs whole commands for a status of each kind; internal/cli checks every status.
func TestStatus_ExitCode(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct{ read, record, write, clone int }{
		200: {failure.ExitServer, failure.ExitServer, failure.ExitUnknown, failure.ExitUnknown}, // no answer of HydraCore
		302: {failure.ExitUsage, failure.ExitUsage, failure.ExitUsage, failure.ExitUsage},
		403: {failure.ExitAuth, failure.ExitAuth, failure.ExitAuth, failure.ExitAuth},
		404: {failure.ExitUsage, failure.ExitNotFound, failure.ExitUsage, failure.ExitNotFound},
		422: {failure.ExitRejected, failure.ExitRejected, failure.ExitRejected, failure.ExitRejected},
		429: {failure.ExitRateLimit, failure.ExitRateLimit, failure.ExitRateLimit, failure.ExitRateLimit},
		503: {failure.ExitServer, failure.ExitServer, failure.ExitUnknown, failure.ExitUnknown},
	} {
		vars := clitest.Answering(t, clitest.Answer(status, "application/json", `{"detail":"refused by the server"}`))
		for _, c := range []struct {
			want int
			args []string
		}{
			{want.read, []string{"customers", "list"}},
			{want.read, []string{"customers", "count"}},
			{want.record, []string{"customers", "get", clitest.SomeID}},
			{want.write, []string{"customers", "create", "--company-name", "x"}},
			{want.clone, []string{"customers", "clone", clitest.SomeID, "--company-name", "x"}},
		} {
			got := runCLI(t, vars, "", append(c.args, "--error-format", "json")...)
			if got.Code != c.want || got.Out != "" {
				t.Errorf("%d on %v: exit %d, want %d; stdout %q; stderr %s", status, c.args, got.Code, c.want, got.Out, got.ErrOut)
			}
			checkReport(t, got, status)
		}
	}
}

// checkReport checks that stderr is one JSON object with every member.
func checkReport(t *testing.T, got clitest.Ran, status int) map[string]any {
	t.Helper()
	var doc struct{ Error map[string]any }
	if err := json.Unmarshal([]byte(got.ErrOut), &doc); err != nil {
		t.Fatalf("stderr is not one JSON object: %v\n%s", err, got.ErrOut)
	}
	for _, name := range []string{"code", "message", "status", "exit_code", "retryable", "outcome", "fields", "hint", "request_id"} {
		if _, ok := doc.Error[name]; !ok {
			t.Errorf("the error has no %s: %s", name, got.ErrOut)
		}
	}
	if strings.Count(got.ErrOut, "\n") != 1 {
		t.Errorf("stderr is more than one line:\n%s", got.ErrOut)
	}
	if status != 0 && doc.Error["status"] != float64(status) {
		t.Errorf("status %v, want %d", doc.Error["status"], status)
	}
	if doc.Error["exit_code"] != float64(got.Code) {
		t.Errorf("exit_code %v, but the process exits %d", doc.Error["exit_code"], got.Code)
	}
	wantOutcome := failure.OutcomeNone
	switch got.Code {
	case failure.ExitUnknown:
		wantOutcome = failure.OutcomeUnknown
	case failure.ExitPartial:
		wantOutcome = failure.OutcomePartial
	}
	if doc.Error["outcome"] != wantOutcome {
		t.Errorf("outcome %v, want %s", doc.Error["outcome"], wantOutcome)
	}
	return doc.Error
}

func TestReport_DetailOfEveryForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		contentType, body string
		want              []string
	}{
		"string": {"application/json", `{"detail":"Sorry, no."}`, []string{"Sorry, no. (422)"}},
		"list": {
			"application/json", `{"detail":[{"loc":["body","country_code"],"msg":"two letters","type":"value_error","input":"SECRET"}]}`,
			[]string{"--country-code: two letters"},
		},
		"list of many": {"application/json", `{"detail":[` + strings.Repeat(`{"loc":["body","x",1],"msg":"bad","type":"t"},`, 9999) +
			`{"loc":["body"],"msg":"bad","type":"t"}]}`, []string{"10000 fields", "x[1]: bad", "and 9995 more"}},
		"object":  {"application/json", `{"detail":{"message":"an object says this"}}`, []string{"an object says this"}},
		"error":   {"application/json", `{"error":"another framework"}`, []string{"another framework"}},
		"nothing": {"application/json", `{}`, []string{"Unprocessable Entity"}},
		"html":    {"text/html", "<html><title>Blocked by \x1b]0;evil\a proxy</title></html>", []string{`Blocked by \x1b]0;evil\x07 proxy`}},
		"text":    {"text/plain", "Internal words", []string{"Internal words"}},
	} {
		t.Run(name, func(t *testing.T) {
			vars := clitest.Answering(t, clitest.Answer(422, c.contentType, c.body))
			got := runCLI(t, vars, "", "customers", "create", "--company-name", "x", "--country-code", "DEU", "--no-validate")
			if got.Code != failure.ExitRejected {
				t.Errorf("exit %d, want %d", got.Code, failure.ExitRejected)
			}
			for _, want := range c.want {
				if !strings.Contains(got.ErrOut, want) {
					t.Errorf("stderr lacks %q:\n%s", want, got.ErrOut)
				}
			}
			if strings.Contains(got.ErrOut, "SECRET") || strings.ContainsAny(got.ErrOut, "\x1b\a") {
				t.Errorf("stderr holds what it must not: %q", got.ErrOut)
			}
		})
	}
}

func TestReport_RefusedFieldsNamedByFile(t *testing.T) {
	t.Parallel()
	vars := clitest.Answering(t, clitest.Answer(422, "application/json", `{"detail":[{"loc":["body","currency"],"msg":"three letters","type":"t"}]}`))
	got := runCLI(t, vars, "currency: EURO\n", "customers", "create", "-f", "-", "--no-validate")
	if got.Code != failure.ExitRejected || !strings.Contains(got.ErrOut, "stdin:1:11: currency: three letters") {
		t.Errorf("exit %d, stderr %s", got.Code, got.ErrOut)
	}
}

func TestReport_WrongAddressIsUsageError(t *testing.T) {
	t.Parallel()
	for body, contentType := range map[string]string{`{"detail":"Not Found"}`: "application/json", "<h1>404</h1>": "text/html"} {
		got := runCLI(t, clitest.Answering(t, clitest.Answer(404, contentType, body)), "", "customers", "list")
		if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "api_url") {
			t.Errorf("%s: exit %d, stderr %s", body, got.Code, got.ErrOut)
		}
	}
}

func TestReport_RedirectIsShownNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		h := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "https://other.example.com"+r.URL.Path)
			w.WriteHeader(status)
		}
		got := runCLI(t, clitest.Answering(t, h), "", "customers", "create", "--company-name", "x")
		if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "https://other.example.com/v1/customers") {
			t.Errorf("%d: exit %d, stderr %s", status, got.Code, got.ErrOut)
		}
	}
}

func TestReport_RetryAfterBeyondTimeout(t *testing.T) {
	t.Parallel()
	h := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3000")
		clitest.Answer(429, "application/json", `{"detail":"slow down"}`)(w, nil)
	}
	vars := clitest.Answering(t, h)
	delete(vars, "HYDRACTL_RETRIES")
	for _, args := range [][]string{{"list"}, {"create", "--company-name", "x"}} {
		got := runCLI(t, vars, "", append([]string{"customers", "--timeout", "20s"}, args...)...)
		if got.Code != failure.ExitRateLimit || !strings.Contains(got.ErrOut, "in 50m") {
			t.Errorf("%v: exit %d, stderr %s", args, got.Code, got.ErrOut)
		}
	}
}

func TestReport_ExitCodeTableIsComplete(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for _, c := range failure.ExitCodes() {
		if seen[c.Code] || c.Meaning == "" {
			t.Errorf("row %+v", c)
		}
		seen[c.Code] = true
	}
	for _, code := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 124, 130, 143} {
		if !seen[code] {
			t.Errorf("%d is missing", code)
		}
		if !strings.Contains(exitCodesHelp(), fmt.Sprintf("\n  %-4d ", code)) {
			t.Errorf("help exit-codes lacks %d", code)
		}
	}
}

func TestReport_AnswerAboutAnotherCustomer(t *testing.T) {
	t.Parallel()
	vars := clitest.Answering(t, clitest.Answer(200, "application/json", `{"id":"22f9e5e1-5129-4cc7-9d8d-1248b092e05b","email":"other@example.com"}`))
	got := runCLI(t, vars, "", "customers", "get", clitest.SomeID)
	if got.Code != failure.ExitServer || got.Out != "" || !strings.Contains(got.ErrOut, "another customer") {
		t.Errorf("exit %d, stdout %q, stderr %s", got.Code, got.Out, got.ErrOut)
	}
}

func TestReport_ConflictKeepsServerMessage(t *testing.T) {
	t.Parallel()
	h := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			clitest.Answer(200, "application/json", `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)(w, r)
			return
		}
		clitest.Answer(409, "application/json", `{"detail":"tenant locked"}`)(w, r)
	}
	got := runCLI(t, clitest.Answering(t, h), "", "customers", "create", "--email", "a@example.com")
	if got.Code != failure.ExitRejected || !strings.Contains(got.ErrOut, "tenant locked (409)") {
		t.Errorf("exit %d, stderr %s", got.Code, got.ErrOut)
	}
}
