package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// controlCall sends a request to the control port.
func controlCall(t *testing.T, s *Server, method, path, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(got))
}

func TestControl_ChangesFaults(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Control: "127.0.0.1:0", Faults: []string{"500"}})
	for _, tt := range []struct {
		method, body string
		status       int
		want         string
		list         int // what the API answers afterwards
	}{
		{"GET", "", 200, `{"faults":["500"]}`, 500},
		{"DELETE", "", 200, `{"faults":[]}`, 200},
		{"POST", `{"faults":["502:limit=1"]}`, 200, `{"faults":["502:limit=1"]}`, 502},
		{"POST", `{"faults":["503"]}`, 200, `{"faults":["502:limit=1","503"]}`, 503},
		{"PUT", `{"faults":["504","latency:ms=0"]}`, 200, `{"faults":["504","latency:ms=0"]}`, 504},
		{"PUT", `{"faults":["429","nonsense"]}`, 400, `{"error":"*nonsense*no such kind*"}`, 504},
		{"PUT", `{"fault":"429"}`, 400, `{"error":"body: must be {*"}`, 504},
		{"PUT", `[`, 400, `{"error":"body: must be {*"}`, 504},
		{"PUT", `{"faults":[]}`, 200, `{"faults":[]}`, 200},
	} {
		if status, got := controlCall(t, s, tt.method, "/faults", tt.body); status != tt.status || !wildcard(tt.want, got) {
			t.Errorf("%s %s: %d %s, want %d %s", tt.method, tt.body, status, got, tt.status, tt.want)
		}
		if got := raw(t, s, aList); got.status != tt.list {
			t.Errorf("after %s %s: the API answers %d, want %d", tt.method, tt.body, got.status, tt.list)
		}
	}
}

func TestControl_AuditSnapshot(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 2, Control: "127.0.0.1:0", Now: newClock().now, Faults: []string{"drop_after_commit:times=1"}})
	_, _ = exchangeRaw(s, aCreate)
	second := raw(t, s, aCreate)
	raw(t, s, "POST /auth/login\n\n"+`{"email":"a","password":"hunter22"}`)
	raw(t, s, "GET /v1/customers/unknown?x=1\n-X-Api-Key\nAuthorization: Bearer hunter22")
	status, body := controlCall(t, s, "GET", "/truth", "")
	var snapshot Snapshot
	if err := json.Unmarshal([]byte(body), &snapshot); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v", status, err)
	}
	made := snapshot.Customers[2]
	if len(snapshot.Customers) != 3 || *made.Email != "new@example.com" || made.Attempt != 1 || made.RequestID != snapshot.Recent[0].ID || made.Tenant != snapshot.Customers[0].Tenant {
		t.Errorf("%+v", made)
	}
	if snapshot.Customers[0].RequestID != "" {
		t.Errorf("a seeded customer has the request %q", snapshot.Customers[0].RequestID)
	}
	if r := snapshot.Recent[1]; r.Attempt != 2 || r.Status != http.StatusConflict || r.ID != second.header.Get("X-Request-Id") || r.Target != "/v1/customers" {
		t.Errorf("%+v", r)
	}
	if snapshot.Requests.Total != 4 || snapshot.Requests.BusiestSecond.Requests != 4 || snapshot.Requests.BusiestMinute.Requests != 4 || snapshot.Requests.MostAtOnce < 1 {
		t.Errorf("%+v", snapshot.Requests)
	}
	counts := ""
	for _, c := range snapshot.Requests.ByPath {
		counts += fmt.Sprintf("%s %s %q %d %d\n", c.Method, c.Path, c.Key, c.Status, c.Requests)
	}
	if want := `POST /auth/login "hc_test_…emo0" 401 1
POST /v1/customers "hc_test_…emo0" 201 1
POST /v1/customers "hc_test_…emo0" 409 1
GET /v1/customers/{customer_id} "bearer" 401 1
`; counts != want {
		t.Errorf("got\n%s", counts)
	}
	if strings.Contains(body, DemoKey) || strings.Contains(body, "hunter22") {
		t.Error("the snapshot reveals a secret")
	}
}

func TestControl_RefusesWebPagesAndRemoteAddresses(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Control: "127.0.0.1:0"})
	for _, header := range [][]string{{"Origin", "http://evil.example.com"}, {"Host", "evil.example.com"}} {
		if status, _ := controlCall(t, s, "GET", "/truth", "", header...); status != http.StatusForbidden {
			t.Errorf("%v: %d", header, status)
		}
	}
	if status, got := controlCall(t, s, "GET", "/kinds", "", "Host", "localhost:1"); status != http.StatusOK || !strings.Contains(got, `"name":"drop_after_commit"`) {
		t.Errorf("localhost: %d %s", status, got)
	}
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "example.com:80", "127.0.0.1"} {
		if err := startErr(t, Options{Control: addr, AllowRemote: true}); !errors.Is(err, ErrOption) {
			t.Errorf("%s: %v", addr, err)
		}
	}
}
