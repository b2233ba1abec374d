package sandbox

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves a sandbox for one test.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// startErr is for options that should be refused.
func startErr(t *testing.T, o Options) error {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err == nil {
		err = s.Close()
	}
	return err
}

// call sends one request with the demo key and returns status and body.
func call(t *testing.T, s *Server, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Api-Key", s.Key())
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(got)
}

func TestStart_SeedsOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "sandbox.db")
	for range 2 {
		s := start(t, Options{DB: path, Seed: 250})
		status, body := call(t, s, "GET", "/v1/customers?per_page=1", "")
		if status != http.StatusOK || !strings.Contains(body, `"total":250,"total_pages":250`) {
			t.Fatalf("list: %d %s", status, body)
		}
	}
	info, err := Status(path)
	if err != nil || info.Customers != 250 || info.Tenants != 1 || info.Schema != store.SchemaVersion || info.Bytes == 0 {
		t.Errorf("Status: %+v, %v", info, err)
	}
}

func TestCreate_ThenListGetDuplicateClone(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	status, body := call(t, s, "POST", "/v1/customers", `{"email":"Ada@example.com","company_name":"Foo, Inc.","industry":"x"}`)
	if status != http.StatusCreated {
		t.Fatalf("create: %d %s", status, body)
	}
	id := body[strings.Index(body, `"id":"`)+6 : len(body)-2]
	if status, body = call(t, s, "GET", "/v1/customers/"+id, ""); status != http.StatusOK || strings.Contains(body, "industry") {
		t.Errorf("get: %d %s", status, body)
	}
	if status, body = call(t, s, "GET", "/v1/customers?search=ADA%40", ""); !strings.Contains(body, id) {
		t.Errorf("search: %d %s", status, body)
	}
	if status, body = call(t, s, "POST", "/v1/customers", `{"email":"ada@EXAMPLE.com"}`); status != http.StatusConflict {
		t.Errorf("second create: %d %s", status, body)
	}
	clone := fmt.Sprintf(`{"company_name":"Bar","source_customer_id":%q}`, id)
	if status, body = call(t, s, "POST", "/v1/customers/"+id+"/clone", clone); status != http.StatusCreated {
		t.Errorf("clone: %d %s", status, body)
	}
}

func TestStart_OwnKeyAndEmails(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), Options{Key: "hc_test_only_this_one", Emails: []string{"a@example.com", "A@example.com", "b@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if s.Key() != "hc_test_only_this_one" {
		t.Errorf("the key is %s", s.Key())
	}
	for key, want := range map[string]int{s.Key(): http.StatusOK, DemoKey: http.StatusUnauthorized} {
		status, body := listWith(t, s, key)
		if status != want || want == http.StatusOK && !strings.Contains(body, `"total":3`) {
			t.Errorf("with %s: %d %s", key, status, body)
		}
	}
}

func listWith(t *testing.T, s *Server, key string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/v1/customers", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Api-Key", key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// clock stands still until a test lets time pass.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2025, 6, 1, 12, 0, 10, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
