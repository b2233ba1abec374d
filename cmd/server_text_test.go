package cmd

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// oneAnswer answers every request with a status, a content type, a body and a Location.
func oneAnswer(status int, kind, body, location string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = []string{location}
		w.Header().Set("X-Request-Id", strings.Repeat("r", 5000))
		clitest.Answer(status, kind, body)(w, r)
	}
}

func TestServerText_OneLineOf500Characters(t *testing.T) {
	t.Parallel()
	long := "first\nsecond\x1b[2J" + strings.Repeat("é", 3000) + "END"
	q := quoted(long)
	for name, serve := range map[string]http.HandlerFunc{
		"string":   oneAnswer(422, "application/json", `{"detail":`+q+`}`, ""),
		"list":     oneAnswer(422, "application/json", `{"detail":[{"loc":["body",`+q+`],"msg":`+q+`},{"loc":[`+q+`],"msg":`+q+`}]}`, ""),
		"object":   oneAnswer(422, "application/json", `{"detail":{"message":`+q+`}}`, ""),
		"HTML":     oneAnswer(403, "text/html", "<title>"+long+"</title>", ""),
		"text":     oneAnswer(500, "text/plain", long, ""),
		"no JSON":  oneAnswer(200, "text/plain", long, ""),
		"Location": oneAnswer(302, "text/plain", "", "https://example.org/"+strings.Repeat("x", 9000)+"END"),
		"label":    oneAnswer(200, "text/"+strings.Repeat("x", 9000)+"END", `{"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`, ""),
	} {
		for _, args := range [][]string{{"list"}, {"list", "--debug"}, {"list", "-o", "json"}, {"create", "--company-name", "x", "--quiet-period", "0s"}, {"list", "--retries", "1"}} {
			got := runCLI(t, clitest.Answering(t, serve), "", append([]string{"customers"}, args...)...)
			if name != "label" && got.Code == failure.ExitOK {
				t.Errorf("%s: %v succeeds", name, args)
			}
			for line := range strings.Lines(got.ErrOut) {
				for text := range strings.SplitSeq(line, `","`) { // the members of a JSON error are bounded each
					if n := utf8.RuneCountInString(text); n > 2*500+100 { // a field and its message
						t.Errorf("%s: %v shows %d characters: %.80s...", name, args, n, text)
					}
				}
				if strings.HasPrefix(line, "second") {
					t.Errorf("%s: %v shows a second line: %s", name, args, line)
				}
			}
			if strings.Contains(got.ErrOut, "END") {
				t.Errorf("%s: %v shows the end", name, args)
			}
		}
	}
}

// GitHub Actions obeys lines of a log that begin with ::, or hold ##[.
func TestServerText_NoGitHubCommand(t *testing.T) {
	t.Parallel()
	const evil = "::add-mask::a##[set-output name=x]y"
	file := clitest.WriteTemp(t, "x.csv", "email\na@example.com\n")
	detail := clitest.Answer(422, "application/json", `{"detail":`+quoted(evil)+`}`)
	refuse := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			detail(w, r)
			return
		}
		emptyList(w, r)
	}
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		args  []string
	}{
		"an error":       {detail, []string{"customers", "list"}},
		"a refusal":      {refuse, []string{"customers", "create", "--company-name", "x"}},
		"a note":         {clitest.Answer(500, "text/plain", evil), []string{"customers", "list", "--retries", "1"}},
		"a refused row":  {refuse, []string{"customers", "import", file, "--yes"}},
		"an argument":    {detail, []string{evil}},
		"a JSON error":   {detail, []string{"customers", "list", "-o", "json"}},
		"what was asked": {detail, []string{"customers", "list", "--search", evil, "--debug"}},
	} {
		vars := clitest.Answering(t, c.serve)
		vars["GITHUB_ACTIONS"] = "true"
		got := runCLI(t, vars, "", c.args...)
		if !strings.Contains(got.ErrOut, "add-mask") {
			t.Errorf("%s: the text is not shown: %s", name, got.ErrOut)
		}
		for line := range strings.Lines(got.ErrOut) {
			if start := strings.TrimSpace(line); strings.HasPrefix(start, "::") && !strings.HasPrefix(start, "::error file=") {
				t.Errorf("%s: a command to GitHub: %s", name, line)
			}
		}
		if strings.Contains(got.ErrOut, "##[") {
			t.Errorf("%s: a command of the old form: %s", name, got.ErrOut)
		}
	}
}

// A JSON error is the same document whatever is in it.
func TestServerText_JSONErrorIsUnchanged(t *testing.T) {
	t.Parallel()
	for _, text := range clitest.HostileTexts() {
		got := runCLI(t, clitest.Answering(t, clitest.Answer(403, "application/json", `{"detail":`+quoted(text)+`}`)), "", "customers", "list", "-o", "json")
		var doc struct{ Error failure.Report }
		if err := json.Unmarshal([]byte(got.ErrOut), &doc); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(doc.Error.Message, text) {
			t.Errorf("%q became %q", text, doc.Error.Message)
		}
	}
}
