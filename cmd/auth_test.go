package cmd

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// TestLogin_ChecksKeyInTwoWays walks what servers answer to the question about a key, and to a list of one.
func TestLogin_ChecksKeyInTwoWays(t *testing.T) {
	t.Parallel()
	const page = `{"customers":[],"page":1,"per_page":1,"total":0,"total_pages":0}`
	for _, tt := range []struct {
		name          string
		context, list int
		code          int
	}{
		{"reported", 200, 500, failure.ExitOK},
		{"not for this key", 403, 200, failure.ExitOK},
		{"not for anybody", 401, 200, failure.ExitOK},
		{"not known here", 404, 200, failure.ExitOK},
		{"a wrong key", 401, 401, failure.ExitAuth},
		{"may do nothing", 403, 403, failure.ExitAuth},
		{"no HydraCore", 404, 404, failure.ExitUsage},
		{"trouble", 500, 200, failure.ExitServer},
		{"trouble later", 404, 503, failure.ExitServer},
		{"too many", 429, 200, failure.ExitRateLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
				status, body := tt.list, page
				if strings.HasSuffix(r.URL.Path, "/api-key-context") {
					status, body = tt.context, `{"tenant_id":"t","scopes":["customers:read"]}`
				}
				if status != http.StatusOK {
					body = `{"detail":"no ` + r.Header.Get("X-Api-Key") + `"}`
				}
				w.Header().Set("Retry-After", "7200")
				clitest.Answer(status, "application/json", body)(w, r)
			})
			delete(vars, "HYDRACORE_API_KEY")
			path := filepath.Join(t.TempDir(), "config.yaml")
			vars["HYDRACTL_CONFIG"] = path
			got := runCLI(t, vars, clitest.Key+"\n", "auth", "login", "--with-key", "--store", "file")
			if got.Code != tt.code {
				t.Errorf("exit %d, want %d: %s", got.Code, tt.code, got.ErrOut)
			}
			if _, err := os.Stat(path); (err == nil) != (tt.code == failure.ExitOK) {
				t.Errorf("the configuration: %v", err)
			}
			_, err := os.Stat(filepath.Join(path+".credentials", "default.json"))
			if (err == nil) != (tt.code == failure.ExitOK) {
				t.Errorf("the credential: %v", err)
			}
		})
	}
}

func TestAuthStatus_ServerDownOrKeyRefused(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct {
		usable string
		code   int
	}{401: {"false", failure.ExitAuth}, 403: {"false", failure.ExitAuth}, 503: {"null", failure.ExitServer}} {
		vars := clitest.Answering(t, clitest.Answer(status, "application/json", `{"detail":"no"}`))
		got := runCLI(t, vars, "", "auth", "status", "--jq", ".usable")
		if strings.TrimSpace(got.Out) != want.usable || got.Code != want.code {
			t.Errorf("%d: usable %q, exit %d", status, got.Out, got.Code)
		}
	}
}
