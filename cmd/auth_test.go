package cmd

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLoginTriesAKeyInTwoWays walks what servers answer to the question about a key, and to a list of one.
func TestLoginTriesAKeyInTwoWays(t *testing.T) {
	const page = `{"customers":[],"page":1,"per_page":1,"total":0,"total_pages":0}`
	for _, tt := range []struct {
		name          string
		context, list int
		code          int
	}{
		{"told", 200, 500, exitOK},
		{"not for this key", 403, 200, exitOK},
		{"not for anybody", 401, 200, exitOK},
		{"not known here", 404, 200, exitOK},
		{"a wrong key", 401, 401, exitAuth},
		{"may do nothing", 403, 403, exitAuth},
		{"no HydraCore", 404, 404, exitUsage},
		{"trouble", 500, 200, exitServer},
		{"trouble later", 404, 503, exitServer},
		{"too many", 429, 200, exitRateLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			vars := answering(t, func(w http.ResponseWriter, r *http.Request) {
				status, body := tt.list, page
				if strings.HasSuffix(r.URL.Path, "/api-key-context") {
					status, body = tt.context, `{"tenant_id":"t","scopes":["customers:read"]}`
				}
				if status != http.StatusOK {
					body = `{"detail":"no ` + r.Header.Get("X-Api-Key") + `"}`
				}
				w.Header().Set("Retry-After", "7200")
				answer(status, "application/json", body)(w, r)
			})
			delete(vars, "HYDRACORE_API_KEY")
			path := filepath.Join(t.TempDir(), "config.yaml")
			vars["HYDRACTL_CONFIG"] = path
			got := runCLI(t, vars, testKey+"\n", "auth", "login", "--with-key", "--store", "file")
			if got.code != tt.code {
				t.Errorf("exit %d, want %d: %s", got.code, tt.code, got.errOut)
			}
			if _, err := os.Stat(path); (err == nil) != (tt.code == exitOK) {
				t.Errorf("the configuration: %v", err)
			}
			_, err := os.Stat(filepath.Join(path+".credentials", "default.json"))
			if (err == nil) != (tt.code == exitOK) {
				t.Errorf("the credential: %v", err)
			}
		})
	}
}

func TestAuthStatusTellsAServerThatIsDownFromAKeyThatIsRefused(t *testing.T) {
	for status, want := range map[int]struct {
		usable string
		code   int
	}{401: {"false", exitAuth}, 403: {"false", exitAuth}, 503: {"null", exitServer}} {
		vars := answering(t, answer(status, "application/json", `{"detail":"no"}`))
		got := runCLI(t, vars, "", "auth", "status", "--jq", ".usable")
		if strings.TrimSpace(got.out) != want.usable || got.code != want.code {
			t.Errorf("%d: usable %q, exit %d", status, got.out, got.code)
		}
	}
}
