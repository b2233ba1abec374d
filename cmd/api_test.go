package cmd

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

func TestAPI_TextEscapedOnTerminalOnly(t *testing.T) {
	t.Parallel()
	body := "line 1\r\n\x1b]0;evil\a\u202eline 2"
	vars := clitest.Answering(t, clitest.Answer(200, "text/plain", body))
	if got := runCLI(t, vars, "", "api", "GET", "/metrics"); got.Code != failure.ExitOK || got.Out != body {
		t.Errorf("exit %d, stdout %q", got.Code, got.Out)
	}
	var out bytes.Buffer
	env := &cli.Env{
		In: strings.NewReader(""), Out: &out, Err: &bytes.Buffer{},
		Terminal:  cli.Terminal{Out: true, Width: func() int { return 80 }},
		LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		Now:       time.Now, Home: t.TempDir(),
		Signals: clitest.PlainSignals,
	}
	code := Execute(t.Context(), env, []string{"api", "GET", "/metrics"})
	if want := "line 1\n" + `\x1b]0;evil\x07\u202eline 2` + "\n"; code != failure.ExitOK || out.String() != want {
		t.Errorf("exit %d, stdout %q, want %q", code, out.String(), want)
	}
}

func TestAPI_AnswerOfAnyShapeIsPrinted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status           int
		kind, body, want string
		args             []string
	}{
		{204, "", "", "", nil},
		{200, "application/json", `[1,{"a":2}]`, "[\n  1,\n  {\n    \"a\": 2\n  }\n]\n", nil},
		{200, "application/json", `[1,{"a":2}]`, "1\n{\"a\":2}\n", []string{"-o", "jsonl"}},
		{200, "application/json", `"x"`, "\"x\"\n", nil},
		{200, "application/json", `null`, "null\n", nil},
		{200, "application/problem+json", `{"n": 1.50}`, "{\n  \"n\": 1.50\n}\n", nil},
		{200, "text/html", `{"a":1}`, "{\n  \"a\": 1\n}\n", nil},
		{200, "text/plain", "up", "up", nil},
	} {
		vars := clitest.Answering(t, clitest.Answer(c.status, c.kind, c.body))
		got := runCLI(t, vars, "", append([]string{"api", "GET", "/v1/x"}, c.args...)...)
		if got.Code != failure.ExitOK || got.Out != c.want {
			t.Errorf("%+v: exit %d, stdout %q, stderr %s", c, got.Code, got.Out, got.ErrOut)
		}
	}
}

func TestAPI_Head(t *testing.T) {
	seen := ""
	vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Method + " " + r.URL.String()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "500")
	})
	got := runCLI(t, vars, "", "api", "HEAD", "/v1/customers", "-F", "page=2")
	if got.Code != failure.ExitOK || !strings.HasPrefix(got.Out, "HTTP/1.1 200 OK\n") || !strings.Contains(got.Out, "Content-Type: application/json\n") {
		t.Errorf("exit %d, stdout %q, stderr %s", got.Code, got.Out, got.ErrOut)
	}
	if seen != "HEAD /v1/customers?page=2" {
		t.Errorf("sent %s", seen)
	}
	if got := runCLI(t, vars, "", "api", "HEAD", "/v1/x", "--input", "x"); got.Code != failure.ExitUsage {
		t.Errorf("a HEAD with a body: exit %d", got.Code)
	}
}

func TestAPI_BrokenAnswerFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, kind, body string
		want               int
	}{
		{"GET", "application/json", `{"a":`, failure.ExitServer},
		{"POST", "application/json", `{"a":`, failure.ExitUnknown},
		{"GET", "text/html", "<title>Sign in to the network</title>", failure.ExitServer},
		{"DELETE", "text/html", "<title>Sign in to the network</title>", failure.ExitUnknown},
	} {
		got := runCLI(t, clitest.Answering(t, clitest.Answer(200, c.kind, c.body)), "", "api", c.method, "/v1/x")
		if got.Code != c.want || got.Out != "" {
			t.Errorf("%+v: exit %d, stdout %q, stderr %s", c, got.Code, got.Out, got.ErrOut)
		}
	}
	got := runCLI(t, clitest.Answering(t, clitest.Answer(200, "text/plain", "x")), "", "api", "GET", "/v1/x", "--jq", ".a")
	if got.Code != failure.ExitUnexpected || got.Out != "" || !strings.Contains(got.ErrOut, "not JSON") {
		t.Errorf("--jq on text: exit %d, stdout %q, stderr %s", got.Code, got.Out, got.ErrOut)
	}
}

// answerPages answers with lists of numbered rows.
func answerPages(render func(page int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q, _ := url.ParseQuery(r.URL.RawQuery)
		page := 0
		_, _ = fmt.Sscan(q.Get("page"), &page)
		clitest.Answer(200, "application/json", render(page))(w, r)
	}
}

func TestAPI_PaginateReportsCompleteness(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		render func(page int) string
		want   int
		rows   int
	}{
		"a short page":  {func(p int) string { return []string{"", `[1,2]`, `[3]`}[p] }, failure.ExitOK, 3},
		"an empty page": {func(p int) string { return []string{"", `[1,2]`, `[3,4]`, `[]`}[p] }, failure.ExitOK, 4},
		"nothing":       {func(int) string { return `{"items":[],"total":0}` }, failure.ExitOK, 0},
		"pages smaller than asked for": {func(p int) string {
			return []string{"", `{"items":[1],"total":2}`, `{"items":[2],"total":2}`}[p]
		}, failure.ExitOK, 2},
		"the same page for ever, without ids": {func(int) string { return `[1,2]` }, failure.ExitPartial, 2},
		"the same rows for ever":              {func(p int) string { return fmt.Sprintf(`{"items":[{"id":1},{"id":2}],"page":%d}`, p) }, failure.ExitPartial, 2},
		"fewer than there are":                {func(p int) string { return []string{"", `{"items":[1,2],"total":5}`, `{"items":[],"total":5}`}[p] }, failure.ExitPartial, 2},
		"a row on two pages": {func(p int) string {
			return []string{"", `{"items":[{"id":1},{"id":2}],"total":3}`, `{"items":[{"id":2},{"id":3}],"total":3}`, `{"items":[],"total":3}`}[p]
		}, failure.ExitOK, 3},
		"no list":   {func(int) string { return `{"a":1}` }, failure.ExitServer, 0},
		"two lists": {func(int) string { return `{"a":[1],"b":[2]}` }, failure.ExitServer, 0},
		"a scalar":  {func(int) string { return `7` }, failure.ExitServer, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := runCLI(t, clitest.Answering(t, answerPages(c.render)), "", "api", "GET", "/v1/x?per_page=2", "--paginate", "-o", "jsonl")
			if n := strings.Count(got.Out, "\n"); got.Code != c.want || n != c.rows {
				t.Errorf("exit %d, want %d; %d rows, want %d; stderr %s", got.Code, c.want, n, c.rows, got.ErrOut)
			}
		})
	}
}

func TestAPI_TextIsNotPrintedAsJSON(t *testing.T) {
	t.Parallel()
	vars := clitest.Answering(t, clitest.Answer(200, "text/plain", "up"))
	for _, args := range [][]string{{"-o", "json"}, {"-o", "yaml"}, {"-o", "jsonl"}} {
		if got := runCLI(t, vars, "", append([]string{"api", "GET", "/v1/x"}, args...)...); got.Code != failure.ExitServer || got.Out != "" {
			t.Errorf("%v: exit %d, stdout %q", args, got.Code, got.Out)
		}
	}
}

// A write that was answered was carried out, whatever the answer is.
func TestAPI_UnprintableAnswerOfWriteIsUnknown(t *testing.T) {
	t.Parallel()
	vars := clitest.Answering(t, clitest.Answer(201, "text/plain", "made"))
	got := runCLI(t, vars, "", "api", "POST", "/v1/x", "-f", "a=b", "-o", "json", "-i", "--error-format", "json")
	if got.Code != failure.ExitUnknown || got.Out != "" || !strings.Contains(got.ErrOut, `"code":"outcome_unknown"`) || !strings.Contains(got.ErrOut, `"outcome":"unknown"`) {
		t.Errorf("exit %d, stdout %q, stderr %s", got.Code, got.Out, got.ErrOut)
	}
	refused := clitest.Answering(t, clitest.Answer(422, "text/plain", "no"))
	if got := runCLI(t, refused, "", "api", "POST", "/v1/x", "-f", "a=b", "-o", "json", "-i"); got.Code != failure.ExitRejected {
		t.Errorf("a refusal: exit %d, stderr %s", got.Code, got.ErrOut)
	}
}
