package cmd

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/cmd/doctor"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// examine runs the doctor and returns its lines by name.
func examine(t *testing.T, vars map[string]string, args ...string) (map[string]doctor.Check, clitest.Ran) {
	t.Helper()
	got := runCLI(t, vars, "", append([]string{"doctor", "-o", "json"}, args...)...)
	var doc struct{ Checks []doctor.Check }
	if err := json.Unmarshal([]byte(got.Out), &doc); err != nil {
		t.Fatalf("%v: %q, stderr %s", err, got.Out, got.ErrOut)
	}
	lines := map[string]doctor.Check{}
	for _, c := range doc.Checks {
		lines[c.Name] = c
		if c.Status == doctor.CheckFail && c.Hint == "" {
			t.Errorf("%s fails without a hint: %s", c.Name, c.Message)
		}
	}
	failed := 0
	for _, c := range doc.Checks {
		if c.Status == doctor.CheckFail {
			failed++
		}
	}
	if (failed > 0) != (got.Code == failure.ExitUnexpected) || failed == 0 && got.Code != failure.ExitOK {
		t.Errorf("%d failed, exit %d", failed, got.Code)
	}
	return lines, got
}

// wantCheck expects a line of the doctor with a status and these parts of its message or hint.
func wantCheck(t *testing.T, lines map[string]doctor.Check, name, status string, parts ...string) {
	t.Helper()
	c := lines[name]
	if c.Status != status {
		t.Errorf("%s is %q, want %s: %s", name, c.Status, status, c.Message)
	}
	for _, part := range parts {
		if !strings.Contains(c.Message+"\n"+c.Hint, part) {
			t.Errorf("%s lacks %q: %s\n%s", name, part, c.Message, c.Hint)
		}
	}
}

const okPage = `{"customers":[],"page":1,"per_page":1,"total":0,"total_pages":0}`

// speaking is a server that answers lists with page, and reports its key as key says, with status 404 for "".
func speaking(list int, key string, edit func(http.Header)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if edit != nil {
			edit(w.Header())
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/v1/customers") && list == 200:
			clitest.Answer(200, "application/json", okPage)(w, r)
		case strings.HasSuffix(r.URL.Path, "/v1/customers"):
			clitest.Answer(list, "application/json", `{"detail":"no \u001b]0;x\u0007 `+clitest.Key+`"}`)(w, r)
		case strings.HasSuffix(r.URL.Path, "api-key-context") && key != "":
			clitest.Answer(200, "application/json", key)(w, r)
		default:
			clitest.Answer(404, "application/json", `{"detail":"Not Found"}`)(w, r)
		}
	}
}

func TestDoctor_CredentialScopes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		list                       int
		key                        string
		credential, scopes, limits string
		says                       string // in scopes
	}{
		"all":          {200, `{"scopes":["customers:read","customers:write"],"rate_limit_per_minute":60}`, doctor.CheckOK, doctor.CheckOK, doctor.CheckOK, "customers:write"},
		"not reported": {200, ``, doctor.CheckOK, doctor.CheckOK, doctor.CheckOK, "no more about"},
		"read only":    {200, `{"scopes":["customers:read"]}`, doctor.CheckOK, doctor.CheckWarn, doctor.CheckOK, "customers:write"},
		"no scopes":    {403, `{"scopes":[]}`, doctor.CheckOK, doctor.CheckFail, doctor.CheckOK, "customers:read"},
		"reissue":      {200, `{"scopes":["customers:read","customers:write"],"needs_reissue":true}`, doctor.CheckWarn, doctor.CheckOK, doctor.CheckOK, ""},
		"refused":      {401, ``, doctor.CheckFail, doctor.CheckWarn, doctor.CheckWarn, "not checked"},
		"forbidden":    {403, ``, doctor.CheckFail, doctor.CheckWarn, doctor.CheckWarn, "not checked"},
		"limited":      {429, ``, doctor.CheckOK, doctor.CheckOK, doctor.CheckWarn, ""},
		"no API":       {404, ``, doctor.CheckFail, doctor.CheckWarn, doctor.CheckWarn, ""},
		"broken":       {500, ``, doctor.CheckFail, doctor.CheckWarn, doctor.CheckWarn, ""},
	} {
		t.Run(name, func(t *testing.T) {
			lines, got := examine(t, clitest.Answering(t, speaking(c.list, c.key, nil)))
			wantCheck(t, lines, "credential", c.credential)
			wantCheck(t, lines, "scopes", c.scopes, c.says)
			wantCheck(t, lines, "limits", c.limits)
			if strings.ContainsAny(got.Out, "\x1b\a") {
				t.Errorf("the server's words are not escaped: %q", got.Out)
			}
		})
	}
}

func TestDoctor_Clocks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		date   func() string
		status string
		says   string
	}{
		"same":     {func() string { return time.Now().UTC().Format(http.TimeFormat) }, doctor.CheckOK, "as the server's"},
		"behind":   {func() string { return time.Now().Add(time.Minute).UTC().Format(http.TimeFormat) }, doctor.CheckWarn, "behind the server's"},
		"ahead":    {func() string { return time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat) }, doctor.CheckFail, "ahead of the server's"},
		"nonsense": {func() string { return "soon" }, doctor.CheckWarn, "not checked"},
	} {
		t.Run(name, func(t *testing.T) {
			lines, _ := examine(t, clitest.Answering(t, speaking(200, "", func(h http.Header) { h.Set("Date", c.date()) })))
			wantCheck(t, lines, "clock", c.status, c.says)
		})
	}
}

func TestDoctor_Certificate(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(speaking(200, "", nil))
	t.Cleanup(s.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(ca, text, 0o600); err != nil {
		t.Fatal(err)
	}
	vars := map[string]string{"HYDRACORE_API_URL": s.URL, "HYDRACORE_API_KEY": clitest.Key}
	lines, _ := examine(t, vars, "--ca-cert", ca)
	wantCheck(t, lines, "tls", doctor.CheckOK, "TLS 1.3", "certificate of Acme Co for ", "more days")
	lines, _ = examine(t, vars)
	wantCheck(t, lines, "tls", doctor.CheckFail, "unknown authority", "ca_cert")
	wantCheck(t, lines, "credential", doctor.CheckWarn, "not tried")
}

func TestDoctor_PlainPort(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	lines, _ := examine(t, map[string]string{"HYDRACORE_API_URL": strings.Replace(plain.URL, "http:", "https:", 1), "HYDRACORE_API_KEY": clitest.Key})
	wantCheck(t, lines, "tls", doctor.CheckFail, "does not use https")
}

func TestDoctor_ProxyWithoutPassword(t *testing.T) {
	t.Parallel()
	vars := map[string]string{
		"HYDRACORE_API_URL": "https://api.example.com", "HYDRACORE_API_KEY": clitest.Key,
		"HTTPS_PROXY": "http://ann:" + clitest.Key + "@127.0.0.1:1",
	}
	lines, _ := examine(t, vars)
	wantCheck(t, lines, "proxy", doctor.CheckOK, "http://127.0.0.1:1", "not shown")
	wantCheck(t, lines, "dns", doctor.CheckOK, "resolved by the proxy")
	wantCheck(t, lines, "latency", doctor.CheckFail, "refused")
	vars["HTTPS_PROXY"] = "http://ann:" + clitest.Key + "@[::"
	lines, _ = examine(t, vars)
	wantCheck(t, lines, "proxy", doctor.CheckFail, "cannot be read")
	vars["HYDRACORE_API_URL"], vars["HTTP_PROXY"] = "http://api.example.com", "http://ann:"+clitest.Key+"@127.0.0.1:1"
	lines, _ = examine(t, vars, "--allow-http")
	wantCheck(t, lines, "proxy", doctor.CheckFail, "would read the credential")
}

func TestDoctor_MissingStateFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for folder, status := range map[string]string{
		filepath.Join(dir, "not", "yet"): doctor.CheckOK, filepath.Join(file, "x"): doctor.CheckFail, file: doctor.CheckFail,
	} {
		vars := clitest.Answering(t, speaking(200, "", nil))
		vars["HYDRACTL_STATE_DIR"] = folder
		lines, _ := examine(t, vars)
		wantCheck(t, lines, "state_folder", status)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the doctor left something behind: %v, %v", entries, err)
	}
}
