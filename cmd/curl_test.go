package cmd

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// heard is what a server got.
type heard struct {
	Method, Target, Key, Authorization, ContentType, Accept, Body string
}

// listening is a server that keeps what it gets and answers like an empty HydraCore.
func listening(t *testing.T) (vars map[string]string, take func() []heard) {
	t.Helper()
	var mu sync.Mutex
	var all []heard
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h := heard{
			r.Method, r.RequestURI, r.Header.Get("X-Api-Key"), r.Header.Get("Authorization"), r.Header.Get("Content-Type"),
			r.Header.Get("X-Extra"), string(body),
		}
		mu.Lock()
		all = append(all, h)
		mu.Unlock()
		clitest.Answer(200, "application/json", `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)(w, r)
	}))
	t.Cleanup(s.Close)
	return map[string]string{"HYDRACORE_API_URL": s.URL, "HYDRACORE_API_KEY": clitest.Key, "HYDRACTL_RETRIES": "0"}, func() []heard {
		mu.Lock()
		defer mu.Unlock()
		taken := all
		all = nil
		return taken
	}
}

func TestCurl_DoesWhatTheCommandDoes(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl (Debian: curl)")
	}
	vars, take := listening(t)
	for _, c := range []struct {
		args  []string
		stdin string
		want  heard // of a write
	}{
		{args: []string{"customers", "list", "--search", "a+b 'c' \"d\" $HOME `id` [x]{y}&z=%"}},
		{args: []string{"customers", "count"}},
		{
			args: []string{"customers", "create", "--company-name", "Ann's \"A&B\", Inc. $HOME `id` \\ é 😀", "--email", "ann+1@example.com"},
			want: heard{Method: "POST", Target: "/v1/customers", Key: clitest.Key, ContentType: "application/json"},
		},
		{
			args: []string{"customers", "clone", clitest.SomeID, "--company-name", "@/etc/passwd"},
			want: heard{Method: "POST", Target: "/v1/customers/" + clitest.SomeID + "/clone", Key: clitest.Key, ContentType: "application/json"},
		},
	} {
		got := runCLI(t, vars, c.stdin, append(c.args, "--curl")...)
		if got.Code != failure.ExitOK {
			t.Fatalf("%v: exit %d, stderr %s", c.args, got.Code, got.ErrOut)
		}
		sent := take()
		if slices.ContainsFunc(sent, func(h heard) bool { return h.Method != http.MethodGet }) {
			t.Errorf("%v: a write was sent: %v", c.args, sent)
		}
		runShell(t, vars, curlLines(got.ErrOut))
		repeated := take()
		if c.want.Method == "" {
			if diff := cmp.Diff(sent, repeated); diff != "" {
				t.Errorf("%v: curl sends something else (-hydractl +curl):\n%s", c.args, diff)
			}
			continue
		}
		write := repeated[len(repeated)-1]
		body := write.Body
		write.Body = ""
		if diff := cmp.Diff(c.want, write); diff != "" || !json.Valid([]byte(body)) || !strings.Contains(body, "company_name") {
			t.Errorf("%v: body %s\n%s", c.args, body, diff)
		}
		if name := c.args[slices.Index(c.args, "--company-name")+1]; !bodyHas(t, body, name) {
			t.Errorf("the name %q became %s", name, body)
		}
	}
}

func bodyHas(t *testing.T, body, name string) bool {
	t.Helper()
	var doc struct {
		Name string `json:"company_name"`
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Error(err)
	}
	return doc.Name == name
}

// curlLines are the shell's part of what a command wrote to stderr.
func curlLines(stderr string) string {
	var b strings.Builder
	open := false
	for line := range strings.Lines(stderr) {
		if open = open || strings.HasPrefix(line, "curl "); open {
			b.WriteString(line)
			open = strings.HasSuffix(line, "\\\n")
		}
	}
	return b.String()
}

func runShell(t *testing.T, vars map[string]string, text string) {
	t.Helper()
	check := exec.CommandContext(t.Context(), "sh", "-n")
	check.Stdin = strings.NewReader(text)
	if out, err := check.CombinedOutput(); err != nil || text == "" {
		t.Fatalf("sh -n refuses %s\n%v: %s", text, err, out)
	}
	c := exec.CommandContext(t.Context(), "sh", "-ec", text)
	c.Env = append(os.Environ(), "no_proxy=127.0.0.1", "HOME="+t.TempDir())
	for name, value := range vars {
		c.Env = append(c.Env, name+"="+value)
	}
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%v: %s", text, err, out)
	}
}

func TestCurl_ImportRefusesIt(t *testing.T) {
	t.Parallel()
	vars, take := listening(t)
	got := runCLI(t, vars, "email\na@example.com\n", "customers", "import", "-", "--curl", "--yes")
	if got.Code != failure.ExitUsage || len(take()) > 0 || !strings.Contains(got.ErrOut, "--curl") {
		t.Errorf("exit %d, stderr %s", got.Code, got.ErrOut)
	}
}
