package cmd

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// Every secret of the test holds the word, and nothing else does.
const (
	canary         = "CANARY"
	canaryKey      = "hc_test_" + canary + "key0123456789abcdef"
	canaryAccess   = canary + "access0123456789abcdef"
	canaryRefresh  = canary + "refresh0123456789abcdef"
	canaryPassword = canary + "password0123456789abcdef"
	canaryProxy    = canary + "proxy0123456789abcdef"
)

// TestSecrets_WrittenNowhere runs every command, signed in every way, against servers that do their work, refuse or
// break, and that all give back whatever secret they got; then it looks for the secrets in all that was written.
func TestSecrets_WrittenNowhere(t *testing.T) {
	t.Parallel()
	offset := 0 // so that a command meets another way to tell more in each place
	for how, signIn := range canarySignIns() {
		for name, hostile := range canaryServers() {
			offset++
			first := offset
			t.Run(how+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := newCanary(t)
				signIn(c)
				stored := c.files()
				c.server.Store(&hostile)
				if name == "crashed" {
					c.vars["HYDRACTL_RETRIES"] = "1" // the reason of a repeat is reported too
				}
				for i, line := range canaryLines() {
					if name == "good" || asksTheServer(line) {
						c.run(line, canaryNoise(c, first, i))
					}
				}
				if leaked := slices.DeleteFunc(c.files(), func(f string) bool { return slices.Contains(stored, f) }); len(leaked) > 0 {
					t.Errorf("secrets in the files %q", leaked)
				}
			})
		}
	}
}

// The test above can fail: where a secret is written on purpose, it is found.
func TestSecrets_CanaryIsFound(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	canarySignIns()["sign-in"](c)
	if stored := c.files(); len(stored) != 1 {
		t.Errorf("after a sign-in there are secrets in %q, want the store alone", stored)
	}
	if got := c.execute("auth token"); !strings.Contains(got.Out, canary) {
		t.Errorf("auth token: %+v", got)
	}
	if got := c.execute("config set columns " + canary); got.Code != failure.ExitOK || len(c.files()) != 2 {
		t.Errorf("%+v, files %q", got, c.files())
	}
}

// canaryRig is a home, a server, and what signs in there.
type canaryRig struct {
	t      *testing.T
	dir    string
	vars   map[string]string
	server atomic.Pointer[http.HandlerFunc]
}

func newCanary(t *testing.T) *canaryRig {
	t.Helper()
	c := &canaryRig{t: t, dir: t.TempDir()}
	good := canaryGood()
	c.server.Store(&good)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*c.server.Load())(w, r) }))
	s.Start()
	t.Cleanup(s.Close)
	c.vars = map[string]string{
		"HYDRACORE_API_URL": s.URL, "HYDRACTL_RETRIES": "0", "HYDRACTL_CONFIG": filepath.Join(c.dir, "config", "config.yaml"),
		"HYDRACTL_STATE_DIR": filepath.Join(c.dir, "state"),
	}
	for name, text := range map[string]string{"rows.csv": "email,company_name\na@example.com,A\n", "key": canaryKey} {
		if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// canarySignIns are the ways to hold a credential.
func canarySignIns() map[string]func(*canaryRig) {
	return map[string]func(*canaryRig){
		"variable": func(c *canaryRig) { c.vars["HYDRACORE_API_KEY"] = canaryKey },
		"token":    func(c *canaryRig) { c.vars["HYDRACORE_ACCESS_TOKEN"] = canaryAccess },
		"file": func(c *canaryRig) {
			text := "profiles:\n  - name: default\n    api_url: " + c.vars["HYDRACORE_API_URL"] + "\n    api_key: " + canaryKey + "\n"
			if err := os.MkdirAll(filepath.Join(c.dir, "config"), 0o700); err != nil {
				c.t.Fatal(err)
			}
			if err := os.WriteFile(c.vars["HYDRACTL_CONFIG"], []byte(text), 0o600); err != nil {
				c.t.Fatal(err)
			}
		},
		"sign-in": func(c *canaryRig) {
			if got := c.execute("auth login --email ann@example.com --with-password --store file"); got.Code != failure.ExitOK {
				c.t.Fatalf("no sign-in: %+v", got)
			}
		},
		"proxy": func(c *canaryRig) {
			c.vars["HYDRACORE_API_KEY"], c.vars["HYDRACORE_API_URL"] = canaryKey, "https://api.example.com"
			c.vars["HTTPS_PROXY"] = "http://ann:" + canaryProxy + "@127.0.0.1:1"
		},
	}
}

// canaryGood does what HydraCore does; its access tokens expire at once, so that each command renews.
func canaryGood() http.HandlerFunc {
	record := `{"id":"` + clitest.SomeID + `","email":"a@example.com","company_name":"A","created_at":"2024-01-01T00:00:00Z"}`
	return func(w http.ResponseWriter, r *http.Request) {
		body := record
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/auth/"):
			body = `{"access_token":"` + canaryAccess + `","refresh_token":"` + canaryRefresh + `","expires_in":1,"token_type":"bearer"}`
		case strings.HasSuffix(path, "api-key-context"):
			body = `{"tenant_id":"t","scopes":["customers:read","customers:write"]}`
		case path == "/v1/customers" && r.Method == http.MethodGet:
			body = `{"customers":[` + record + `],"page":1,"per_page":100,"total":1,"total_pages":1}`
		}
		clitest.Answer(200, "application/json", body)(w, r)
	}
}

// secretsOf is all that a request holds.
func secretsOf(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	text := r.Header.Get("X-Api-Key") + " " + r.Header.Get("Authorization") + " " + string(body)
	return strings.NewReplacer(`\`, "", `"`, "'", "\n", " ").Replace(text)
}

// canaryServers give every secret back: in words, in headers, in pages and in what breaks the contract.
func canaryServers() map[string]http.HandlerFunc {
	saying := func(status int, kind, format string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			secrets := secretsOf(r)
			clitest.Answer(status, kind, strings.ReplaceAll(format, "%s", secrets))(w, r)
		}
	}
	return map[string]http.HandlerFunc{
		"good":      canaryGood(),
		"refused":   saying(401, "application/json", `{"detail":"invalid: %s"}`),
		"forbidden": saying(403, "text/html", `<title>%s</title>%s`),
		"invalid":   saying(422, "application/json", `{"detail":[{"loc":["body","email"],"msg":"bad %s","type":"x","input":"%s"},{"loc":"%s","input":"%s"}]}`),
		"crashed":   saying(500, "text/plain", `traceback: %s`),
		"no API":    saying(200, "text/html", `<html>%s`),
		"broken":    saying(200, "application/json", `{"customers":[{"id":"%s","instance_count":"%s"}]`),
		"unusual":   saying(200, "application/json", `{"customers":[{"id":"%s","instance_count":"%s"}],"total":"%s"}`),
		"headers": func(w http.ResponseWriter, r *http.Request) {
			secrets := secretsOf(r)
			for _, name := range []string{"X-Request-Id", "Server", "Set-Cookie", "Location", "Via", "X-Custom"} {
				w.Header().Set(name, secrets)
			}
			clitest.Answer(302, "application/json", `{}`)(w, r)
		},
		"gone": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
}

// canaryLines are all commands: with what they need where that is known, else as they are.
func canaryLines() []string {
	needs := map[string][]string{
		"customers get":    {clitest.SomeID, "a@example.com"},
		"customers list":   {"", "--all", "--email a@example.com"},
		"customers create": {"--email b@example.com --quiet-period 0s", "--email a@example.com --if-not-exists --quiet-period 0s", "--company-name x --dry-run"},
		"customers clone":  {clitest.SomeID + " --company-name x --quiet-period 0s"},
		"customers import": {"rows.csv --yes --results results.csv --rejects rejects.csv --force", "rows.csv --dry-run"},
		"customers export": {"", "--out export.csv --force"},
		"customers wait":   {"a@example.com --for exists"},
		"api": {
			"GET /v1/customers -i", "GET /v1/customers --paginate", "POST /v1/customers -f email=c@example.com -i",
			"POST /auth/login -f password=x --dry-run", "GET /v1/x -H X-Api-Key:" + canaryKey,
		},
		"auth login":          {"--with-key --store file", "--email ann@example.com --with-password --store file"},
		"config get":          {"api_key", "access_token"},
		"config set":          {"output " + canaryKey, "timeout " + canaryKey},
		"config list":         {"", "--api-key " + canaryKey, "--api-key-file key"},
		"sandbox keys revoke": {"k"}, "imports show": {"1"},
	}
	skip := []string{"sandbox serve", "config edit", "auth token", "auth logout", "config unset", "help"}
	var lines []string
	for _, c := range commands(testRoot()) {
		path := strings.TrimPrefix(c.CommandPath(), "hydractl ")
		if !runs(c) || slices.Contains(skip, path) {
			continue
		}
		args, known := needs[path]
		if !known {
			args = []string{""}
		}
		for _, a := range args {
			lines = append(lines, path+" "+a)
		}
	}
	return append(lines, "auth logout")
}

func runs(c *cobra.Command) bool {
	return !c.HasSubCommands() && !c.IsAdditionalHelpTopicCommand() && c.CommandPath() != "hydractl"
}

// asksTheServer leaves out the commands to which no server makes a difference.
func asksTheServer(line string) bool {
	return slices.ContainsFunc([]string{"customers ", "auth ", "api ", "doctor"}, func(p string) bool { return strings.HasPrefix(line, p) })
}

// canaryNoise goes through the ways to make a command tell more, each with every format in its turn.
func canaryNoise(c *canaryRig, first, i int) []string {
	noises := [][]string{
		{"--debug"},
		{"-v"},
		{"--debug-file", filepath.Join(c.dir, "debug.log")},
		{"--curl"},
		{"--debug", "--log-pii", "--curl"},
		{"-q"},
		{"--debug", "--error-format", "json"},
	}
	formats := []string{"table", "json", "jsonl", "yaml", "csv", "wide", "id", "tsv"}
	return append(noises[(first+i)%len(noises)], "-o", formats[(first+i/len(noises))%len(formats)])
}

// run runs a command and looks at what it prints.
func (c *canaryRig) run(line string, noise []string) {
	c.t.Helper()
	got := c.execute(line, append(noise, "--timeout", "200ms")...)
	if all := got.Out + got.ErrOut; strings.Contains(all, canary) {
		c.t.Errorf("%s %v: exit %d, a secret is in\n%s", line, noise, got.Code, all)
	}
}

func (c *canaryRig) execute(line string, more ...string) clitest.Ran {
	c.t.Helper()
	args := strings.Fields(line)
	for i, a := range args {
		if strings.HasSuffix(a, ".csv") || a == "key" {
			args[i] = filepath.Join(c.dir, a)
		}
	}
	stdin := canaryPassword + "\n"
	if strings.Contains(line, "--with-key") {
		stdin = canaryKey + "\n"
	}
	var out, errOut bytes.Buffer
	env := &cli.Env{
		In: strings.NewReader(stdin), Out: &out, Err: &errOut,
		Terminal:  cli.Terminal{Width: func() int { return 0 }},
		LookupEnv: func(name string) (string, bool) { v, ok := c.vars[name]; return v, ok },
		Now:       time.Now, Home: c.dir, Build: cli.NewBuild("test", "", ""), Signals: clitest.PlainSignals,
	}
	code := Execute(c.t.Context(), env, append(args, more...))
	return clitest.Ran{Code: code, Out: out.String(), ErrOut: errOut.String()}
}

// files are those below the home that hold a secret, but for the one that was given.
func (c *canaryRig) files() []string {
	c.t.Helper()
	var found []string
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == filepath.Join(c.dir, "key") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		if bytes.Contains(text, []byte(canary)) {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}
