package imports_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
)

// tenantServer is a server without the key context that keeps the customers of each credential apart.
type tenantServer struct{ tenants map[string]*tinyServer }

func (s *tenantServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tenant := s.tenants[r.Header.Get("Authorization")+r.Header.Get("X-API-Key")]
	if tenant == nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	id, isOne := strings.CutPrefix(r.URL.Path, "/v1/customers/")
	if r.Method != http.MethodGet || !isOne {
		tenant.ServeHTTP(w, r)
		return
	}
	tenant.mu.Lock()
	defer tenant.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	for _, c := range tenant.customers {
		if c["id"] == id {
			_ = json.NewEncoder(w).Encode(c)
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte(`{"detail":"Customer not found"}`))
}

// jwt is an unsigned token with these claims.
func jwt(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + ".c2ln"
}

func TestImport_TwoTenantsNotReported(t *testing.T) {
	t.Parallel()
	const email = "email\na@example.com\nb@example.com\n"
	for name, tt := range map[string]struct {
		a, b   string // tokens
		refuse []string
		code   int
	}{
		"opaque tokens":      {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", nil, failure.ExitJournal},
		"subjects":           {jwt(`{"sub":"1"}`), jwt(`{"sub":"2"}`), nil, failure.ExitJournal},
		"one subject":        {jwt(`{"sub":"1","iat":1}`), jwt(`{"sub":"1","iat":2}`), nil, failure.ExitJournal},
		"rejected rows only": {jwt(`{"sub":"1"}`), jwt(`{"sub":"2"}`), []string{"a@example.com", "b@example.com"}, failure.ExitJournal},
		"tenant claims":      {jwt(`{"tenant_id":"t1","sub":"1"}`), jwt(`{"tenant_id":"t2","sub":"1"}`), nil, failure.ExitOK},
		"numeric tenants":    {jwt(`{"tenant":1}`), jwt(`{"tenant":2}`), []string{"a@example.com"}, failure.ExitOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := &tinyServer{post: refusing(tt.refuse...)}, &tinyServer{}
			server := httptest.NewServer(&tenantServer{map[string]*tinyServer{"Bearer " + tt.a: a, "Bearer " + tt.b: b}})
			t.Cleanup(server.Close)
			dir := t.TempDir()
			vars := func(token string) map[string]string {
				return map[string]string{
					"HYDRACORE_API_URL": server.URL, "HYDRACORE_ACCESS_TOKEN": token, "HYDRACTL_RETRIES": "0",
					"HYDRACTL_STATE_DIR": filepath.Join(dir, "state"),
				}
			}
			file := writeIn(t, dir, "in.csv", email)
			runCLI(t, vars(tt.a), "", "customers", "import", file, "--yes")
			if len(a.customers) != 2-len(tt.refuse) {
				t.Fatalf("tenant A has %d customers", len(a.customers))
			}
			got := runCLI(t, vars(tt.b), "", "customers", "import", file, "--yes", "-o", "json")
			if got.Code != tt.code {
				t.Fatalf("exit code %d, want %d:\n%s%s", got.Code, tt.code, got.Out, got.ErrOut)
			}
			if tt.code == failure.ExitJournal {
				if len(b.customers) > 0 || !strings.Contains(got.ErrOut, "--new") {
					t.Errorf("%d customers, and the message lacks --new:\n%s", len(b.customers), got.ErrOut)
				}
				got = runCLI(t, vars(tt.b), "", "customers", "import", file, "--yes", "--new", "-o", "json")
			}
			if got.Code != failure.ExitOK || len(b.customers) != 2 || !strings.Contains(got.Out, `"created": 2`) {
				t.Errorf("tenant B: exit code %d, %d customers:\n%s%s", got.Code, len(b.customers), got.Out, got.ErrOut)
			}
			for range 2 { // both find their own journal again
				got = runCLI(t, vars(tt.b), "", "customers", "import", file, "--yes", "-o", "json")
				if got.Code != failure.ExitOK || len(b.customers) != 2 || !strings.Contains(got.Out, `"created": 2`) {
					t.Errorf("tenant B again: exit code %d, %d customers:\n%s%s", got.Code, len(b.customers), got.Out, got.ErrOut)
				}
				if name == "one subject" { // the newest import is found, which is not A's, and refused
					continue
				}
				got = runCLI(t, vars(tt.a), "", "customers", "import", file, "--yes", "-o", "json")
				if want := fmt.Sprintf(`"created": %d`, 2-len(tt.refuse)); !strings.Contains(got.Out, want) || len(a.customers) != 2-len(tt.refuse) {
					t.Errorf("tenant A again: exit code %d, %d customers:\n%s%s", got.Code, len(a.customers), got.Out, got.ErrOut)
				}
			}
		})
	}
}

func TestImport_RotatedKeySameTenant(t *testing.T) {
	t.Parallel()
	const oldKey, newKey = "hc_test_OLDoldOLDoldOLDold11", "hc_test_NEWnewNEWnewNEWnew22"
	tenant, dir := &tinyServer{post: refusing("b@example.com")}, t.TempDir()
	server := httptest.NewServer(&tenantServer{map[string]*tinyServer{oldKey: tenant, newKey: tenant}})
	t.Cleanup(server.Close)
	vars := map[string]string{"HYDRACORE_API_URL": server.URL, "HYDRACORE_API_KEY": oldKey, "HYDRACTL_RETRIES": "0", "HYDRACTL_STATE_DIR": filepath.Join(dir, "state")}
	file := writeIn(t, dir, "in.csv", threeRows)
	runCLI(t, vars, "", "customers", "import", file, "--yes", "--workers", "1", "--max-errors", "1")
	if len(tenant.customers) != 1 {
		t.Fatalf("%d customers after the first run", len(tenant.customers))
	}
	tenant.post = nil
	vars["HYDRACORE_API_KEY"] = newKey
	got := runCLI(t, vars, "", "customers", "import", file, "--yes", "-o", "json")
	if len(tenant.customers) != 2 || !strings.Contains(got.Out, `"rejected": 1`) {
		t.Errorf("exit code %d, %d customers:\n%s%s", got.Code, len(tenant.customers), got.Out, got.ErrOut)
	}
}

func TestImportsResume_AnotherHost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := &tinyServer{post: refusing("b@example.com")}
	vars := mine.vars(t, dir)
	journal := filepath.Join(dir, "artifact")
	runCLI(t, vars, "", "customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes", "--workers", "1", "--max-errors", "1", "--journal", journal)
	requests := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	t.Cleanup(other.Close)
	first := vars["HYDRACORE_API_URL"]
	vars["HYDRACORE_API_URL"] = other.URL
	got := runCLI(t, vars, "", "imports", "resume", journal, "--yes")
	if got.Code != failure.ExitUsage || requests > 0 || !strings.Contains(got.ErrOut, first) || !strings.Contains(got.ErrOut, other.URL) {
		t.Errorf("exit code %d, %d requests:\n%s", got.Code, requests, got.ErrOut)
	}
	if len(mine.customers) != 1 {
		t.Errorf("%d customers", len(mine.customers))
	}
}
