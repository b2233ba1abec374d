package cmd

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// answerWithID answers with a request ID too.
func answerWithID(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "req-42")
		clitest.Answer(status, contentType, body)(w, r)
	}
}

// TestNextStep_Answers checks the message and the hint about answers that no input of the user's explains.
func TestNextStep_Answers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		exit   int
		want   []string
	}{
		"500": {
			answerWithID(500, "application/json", `{"detail":"boom"}`), failure.ExitServer,
			[]string{"the server failed at GET /v1/customers: boom (500)", "Request ID: req-42", "Hint: nothing was changed: repeat the command later; hydractl doctor"},
		},
		"503 of a gateway": {
			answerWithID(503, "text/html", "<title>Service Unavailable</title>"), failure.ExitServer,
			[]string{"an HTML page titled Service Unavailable (503)", "hydractl doctor"},
		},
		"firewall": {
			answerWithID(403, "text/html", "<html><title>Blocked</title></html>"), failure.ExitAuth,
			[]string{"an HTML page titled Blocked (403)", "Request ID: req-42", "a firewall or proxy in front of it"},
		},
		"missing scope": {
			answerWithID(403, "application/json", `{"detail":"Forbidden"}`), failure.ExitAuth,
			[]string{"customers:read", "Request ID: req-42"},
		},
		"page of a network": {
			answerWithID(200, "text/html", "<title>Sign in</title>"), failure.ExitServer,
			[]string{"this is not HydraCore: an HTML page titled Sign in", "check the address", "sign-in page of a network"},
		},
		"407": {
			answerWithID(407, "text/html", ""), failure.ExitServer,
			[]string{"asks for a user and password (407)", "HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"},
		},
		"lost connection": {func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = c.Close()
			}
		}, failure.ExitServer, []string{"the connection was lost: GET /v1/customers: the server closed the connection", "repeat the command"}},
	} {
		got := runCLI(t, clitest.Answering(t, tt.answer), "", "customers", "list")
		wantTexts(t, name, got, tt.exit, tt.want...)
	}
	withID := runCLI(t, clitest.Answering(t, answerWithID(500, "application/json", `{}`)), "", "api", "GET", "/v1/customers")
	wantTexts(t, "api", withID, failure.ExitServer, "Request ID: req-42")
}

func wantTexts(t *testing.T, name string, got clitest.Ran, exit int, want ...string) {
	t.Helper()
	if got.Code != exit || got.Out != "" {
		t.Errorf("%s: exit %d, want %d; stdout %q", name, got.Code, exit, got.Out)
	}
	for _, text := range want {
		if !strings.Contains(got.ErrOut, text) {
			t.Errorf("%s: no %q in\n%s", name, text, got.ErrOut)
		}
	}
}

// TestNextStep_Network checks the message and the hint about addresses, ports, proxies and certificates.
func TestNextStep_Network(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	other, err := net.Listen("tcp", "127.0.0.1:0") // neither TLS nor the HTTP that net/http knows
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := other.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("<!doctype html>"))
			_ = conn.Close()
		}
	}()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	proxy := httptest.NewServer(clitest.Answer(407, "text/html", ""))
	t.Cleanup(func() { plain.Close(); secure.Close(); proxy.Close(); _ = other.Close() })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	_ = l.Close()
	missing := filepath.Join(t.TempDir(), "missing.pem")
	for name, tt := range map[string]struct {
		vars map[string]string
		args []string
		exit int
		want []string
	}{
		"https to a plain port": {
			map[string]string{"HYDRACORE_API_URL": strings.Replace(plain.URL, "http:", "https:", 1)},
			nil, failure.ExitServer,
			[]string{"this port of the server does not use https", "write the address with http://"},
		},
		"https to a port with another protocol": {
			map[string]string{"HYDRACORE_API_URL": "https://" + other.Addr().String()},
			nil, failure.ExitServer,
			[]string{"this port of the server does not use https", "write the address with http://"},
		},
		"http to a TLS port": {
			map[string]string{"HYDRACORE_API_URL": strings.Replace(secure.URL, "https:", "http:", 1)},
			nil, failure.ExitUsage,
			[]string{"this port of the server uses https", "write the address with https://"},
		},
		"nothing listens": {
			map[string]string{"HYDRACORE_API_URL": "http://" + closed},
			nil, failure.ExitServer,
			[]string{"cannot reach the server", "hydractl config get api_url"},
		},
		"unknown authority": {
			map[string]string{"HYDRACORE_API_URL": secure.URL},
			nil, failure.ExitServer,
			[]string{"--ca-cert, HYDRACTL_CA_CERT or SSL_CERT_FILE"},
		},
		"SSL_CERT_FILE is missing": {
			map[string]string{"HYDRACORE_API_URL": secure.URL, "SSL_CERT_FILE": missing},
			nil, failure.ExitServer,
			[]string{"Hint: SSL_CERT_FILE names the file", missing},
		},
		"--ca-cert is missing": {
			map[string]string{"HYDRACORE_API_URL": secure.URL},
			[]string{"--ca-cert", missing},
			failure.ExitUsage,
			[]string{"Error: --ca-cert: " + missing, "leave --ca-cert out"},
		},
		"HYDRACTL_CA_CERT is missing": {
			map[string]string{"HYDRACORE_API_URL": secure.URL, "HYDRACTL_CA_CERT": missing},
			nil, failure.ExitUsage,
			[]string{"Error: HYDRACTL_CA_CERT: " + missing, "leave HYDRACTL_CA_CERT out"},
		},
		"the proxy does not listen": {
			map[string]string{"HYDRACORE_API_URL": "https://api.example.com", "HTTPS_PROXY": "http://" + closed},
			nil, failure.ExitServer,
			[]string{"cannot reach the proxy: dial tcp " + closed, "check the proxy's address (HTTPS_PROXY"},
		},
		"407 of a tunnel": {
			map[string]string{"HYDRACORE_API_URL": "https://api.example.com", "HTTPS_PROXY": proxy.URL},
			nil, failure.ExitServer,
			[]string{"the proxy " + proxy.URL + " refused the connection: 407", "HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"},
		},
	} {
		tt.vars["HYDRACORE_API_KEY"] = clitest.Key
		tt.vars["HYDRACTL_RETRIES"] = "2"
		if name == "nothing listens" || name == "the proxy does not listen" {
			tt.vars["HYDRACTL_RETRIES"] = "0"
		}
		got := runCLI(t, tt.vars, "", append([]string{"customers", "list"}, tt.args...)...)
		wantTexts(t, name, got, tt.exit, tt.want...)
		if strings.Contains(got.ErrOut, "retry") {
			t.Errorf("%s was repeated:\n%s", name, got.ErrOut)
		}
	}
}

// TestNextStep_Input checks that refused input leads on.
func TestNextStep_Input(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"customers get 123":        "Hint: hydractl customers list --search 123",
		"customers list --limit x": "customers list --help",
	} {
		got := runCLI(t, map[string]string{"HYDRACORE_API_KEY": clitest.Key}, "", strings.Fields(line)...)
		wantTexts(t, line, got, failure.ExitUsage, want)
	}
	refused := clitest.Answering(t, clitest.Answer(401, "application/json", `{"detail":"Invalid API key"}`))
	wantTexts(t, "401", runCLI(t, refused, "", "customers", "list"), failure.ExitAuth, "hydractl auth login stores another")
	refused["CI"] = "true"
	wantTexts(t, "401 in CI", runCLI(t, refused, "", "customers", "list"), failure.ExitAuth, "Hint: check HYDRACORE_API_KEY; ")
	hangs := clitest.Answering(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	wantTexts(t, "--timeout", runCLI(t, hangs, "", "customers", "list", "--timeout", "50ms"), failure.ExitTimeout, "Hint: allow more time with --timeout")
	wantTexts(t, "no import", runCLI(t, refused, "", "imports", "resume", "--last"), failure.ExitNotFound, "there is no import to resume", "Hint: hydractl customers import FILE")
	for name, tt := range map[string]struct {
		vars  map[string]string
		first string
	}{
		"terminal": {nil, "Hint: hydractl auth login"},
		"CI":       {map[string]string{"CI": "true"}, "Hint: set HYDRACORE_API_KEY"},
	} {
		wantTexts(t, name, runCLI(t, tt.vars, "", "customers", "list"), failure.ExitAuth, tt.first, "hydractl auth login", "HYDRACORE_API_KEY", "-p sandbox")
	}
}

// TestHint_WrapsAtWords checks that a terminal shows a hint in lines that end between words, also when stdout is a pipe.
func TestHint_WrapsAtWords(t *testing.T) {
	t.Parallel()
	for _, terminal := range []cli.Terminal{{Out: true, Err: true}, {Err: true}} {
		var out, errOut strings.Builder
		env := clitest.Env(t, nil, "")
		env.Out, env.Err, env.Terminal = &out, &errOut, terminal
		env.Terminal.Width = func() int { return 40 }
		Execute(t.Context(), env, []string{"customers", "list"})
		_, hint, found := strings.Cut(errOut.String(), "Hint: ")
		if !found || !strings.Contains(hint, "\n      ") {
			t.Fatalf("the hint is one line: %s", errOut.String())
		}
		for line := range strings.Lines("Hint: " + hint) {
			if len(strings.TrimRight(line, "\n")) > 40 || strings.HasSuffix(line, "-\n") {
				t.Errorf("line %q", line)
			}
		}
	}
}
