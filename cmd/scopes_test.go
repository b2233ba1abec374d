package cmd

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// countConnections listens, notes who comes, and sends them away.
func countConnections(t *testing.T, network, address string) (net.Listener, *atomic.Int32) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var n atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			_ = c.Close()
		}
	}()
	return l, &n
}

// Completion runs at each Tab: it asks neither the keyring nor a key command, and no server without another credential.
func TestCompletion_ContactsNothing(t *testing.T) {
	folder := t.TempDir()
	server, requests := countConnections(t, "tcp", "127.0.0.1:0")
	bus, questions := countConnections(t, "unix", filepath.Join(folder, "bus"))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+bus.Addr().String()) // the keyring's library looks for it there
	asked := filepath.Join(folder, "asked")
	for kind, credential := range map[string]string{
		"keyring": "credential_store: keyring", "command": fmt.Sprintf("key_command: [sh, -c, 'echo x >%s; echo hc_test_0123456789abcdef']", asked),
	} {
		config := clitest.WriteTemp(t, "config.yaml", "api_url: http://"+server.Addr().String()+"\n"+credential+"\n")
		vars := map[string]string{
			"HYDRACTL_CONFIG": config, "HYDRACTL_RETRIES": "0", "DBUS_SESSION_BUS_ADDRESS": os.Getenv("DBUS_SESSION_BUS_ADDRESS"), "PATH": os.Getenv("PATH"),
		}
		heard := func() bool {
			_, err := os.Stat(asked)
			return requests.Load() > 0 || questions.Load() > 0 || err == nil
		}
		for _, c := range commands(testRoot()) {
			path := strings.Fields(c.CommandPath())[1:]
			lines := [][]string{append(append([]string{}, path...), ""), append(append([]string{}, path...), "x", ""), append(append([]string{}, path...), "--")}
			c.Flags().VisitAll(func(f *pflag.Flag) { lines = append(lines, append(append([]string{}, path...), "--"+f.Name, "")) })
			for _, line := range lines {
				if got := runCLI(t, vars, "", append([]string{"__complete"}, line...)...); got.Code != failure.ExitOK || heard() {
					t.Fatalf("%s: the completion of %q made a connection (exit %d): %s", kind, line, got.Code, got.ErrOut)
				}
			}
		}
		if runtime.GOOS != "linux" {
			continue
		}
		if got := runCLI(t, vars, "", "customers", "list"); !heard() {
			t.Errorf("%s: a request is not noticed, so nothing is proved: %s", kind, got.ErrOut)
		}
		requests.Store(0)
		questions.Store(0)
		_ = os.Remove(asked)
	}
}

// scoped is a HydraCore that knows one scope, and reports it or not.
func scoped(scope string, reports bool, writes *atomic.Int32) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v1/mcp/api-key-context" && reports:
			clitest.Answer(200, "application/json", `{"tenant_id":"t","scopes":["`+scope+`"]}`)(w, r)
		case r.URL.Path == "/v1/mcp/api-key-context", r.Method == http.MethodPost && scope != "customers:write", r.Method == http.MethodGet && scope != "customers:read":
			clitest.Answer(403, "application/json", `{"detail":"Missing scope"}`)(w, r)
		case r.Method == http.MethodPost:
			writes.Add(1)
			clitest.Answer(201, "application/json", `{"id":"`+clitest.SomeID+`"}`)(w, r)
		case r.URL.Path == "/v1/customers/"+clitest.SomeID:
			clitest.Answer(200, "application/json", `{"id":"`+clitest.SomeID+`"}`)(w, r)
		default:
			emptyList(w, r)
		}
	}
}

func TestScopes_LeastAreEnough(t *testing.T) {
	t.Parallel()
	file := clitest.WriteTemp(t, "x.csv", "email\na@example.com\n")
	for _, reports := range []bool{true, false} {
		var writes atomic.Int32
		reads := clitest.Answering(t, scoped("customers:read", reports, &writes))
		for _, args := range [][]string{{"list"}, {"list", "--all"}, {"get", clitest.SomeID}, {"count"}, {"export"}, {"import", file, "--dry-run"}} {
			got := runCLI(t, reads, "", append([]string{"customers"}, args...)...)
			if want := failure.ExitOK; got.Code != want && !(reports && args[0] == "import") {
				t.Errorf("key context reported %t: %v with customers:read exits %d: %s", reports, args, got.Code, got.ErrOut)
			}
		}
		for _, args := range [][]string{{"create", "--company-name", "x"}, {"clone", clitest.SomeID, "--company-name", "x"}, {"import", file, "--yes", "--progress", "none"}} {
			got := runCLI(t, reads, "", append([]string{"customers"}, args...)...)
			if got.Code != failure.ExitAuth || writes.Load() != 0 {
				t.Errorf("key context reported %t: %v without customers:write exits %d: %s", reports, args, got.Code, got.ErrOut)
			}
			if args[0] == "import" && reports && !strings.Contains(got.ErrOut, "customers:write") {
				t.Errorf("the scope that is missing is not named: %s", got.ErrOut)
			}
		}
		create := runCLI(t, clitest.Answering(t, scoped("customers:write", reports, &writes)), "", "customers", "create", "--company-name", "x")
		if create.Code != failure.ExitOK || writes.Load() != 1 {
			t.Errorf("customers:write is not enough to create: exit %d: %s", create.Code, create.ErrOut)
		}
	}
}

func TestImport_LiveKeyNeedsRowCount(t *testing.T) {
	t.Parallel()
	rows := func(n int) string {
		var b strings.Builder
		b.WriteString("email\n")
		for i := range n {
			fmt.Fprintf(&b, "a%d@example.com\n", i)
		}
		return clitest.WriteTemp(t, "x.csv", b.String())
	}
	few, many := rows(100), rows(101)
	const live, test = "hc_live_0123456789abcdef", "hc_test_0123456789abcdef"
	for name, c := range map[string]struct {
		key, file, typed string
		terminal, yes    bool
		sent             int
	}{
		"few, yes":            {live, few, "y\n", true, false, 100},
		"many, yes":           {live, many, "y\n", true, false, 0},
		"many, another count": {live, many, "100\n", true, false, 0},
		"many, the count":     {live, many, "101\n", true, false, 101},
		"many, no terminal":   {live, many, "101\n", false, false, 0},
		"many, --yes":         {live, many, "", false, true, 101},
		"many, a test key":    {test, many, "y\n", true, false, 101},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ids atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					clitest.Answer(201, "application/json", fmt.Sprintf(`{"id":"497f6eca-6276-4993-bfeb-%012d"}`, ids.Add(1)))(w, r)
					return
				}
				emptyList(w, r)
			}))
			t.Cleanup(server.Close)
			vars := map[string]string{"HYDRACORE_API_URL": server.URL, "HYDRACORE_API_KEY": c.key}
			var out, errOut bytes.Buffer
			env := &cli.Env{
				In: strings.NewReader(c.typed), Out: &out, Err: &errOut, Home: t.TempDir(), Now: time.Now, Build: cli.NewBuild("test", "", ""), Signals: uninterrupted,
				Terminal:  cli.Terminal{In: c.terminal, Err: c.terminal, Width: func() int { return 80 }},
				LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
			}
			args := []string{"customers", "import", c.file, "--progress", "none"}
			if c.yes {
				args = append(args, "--yes")
			}
			code := Execute(t.Context(), env, args)
			if int(ids.Load()) != c.sent || !c.terminal && !c.yes && code != failure.ExitUsage {
				t.Errorf("exit %d, %d rows sent, want %d: %s", code, ids.Load(), c.sent, errOut.String())
			}
			if c.key == live && !strings.Contains(errOut.String(), server.URL) {
				t.Errorf("the host is not named: %s", errOut.String())
			}
		})
	}
}

func TestScopes_RedirectLoopIsUsageError(t *testing.T) {
	t.Parallel()
	for location, requests := range map[string]int32{"/v1/customers?again": 4, "": 1} {
		var asked atomic.Int32
		vars := clitest.Answering(t, func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			w.Header()["Location"] = []string{location}
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		got := runCLI(t, vars, "", "customers", "list")
		if got.Code != failure.ExitUsage || asked.Load() != requests {
			t.Errorf("Location %q: exit %d after %d requests: %s", location, got.Code, asked.Load(), got.ErrOut)
		}
	}
}
