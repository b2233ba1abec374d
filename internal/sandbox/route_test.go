package sandbox

import (
	"strings"
	"testing"
)

const (
	listAnswer   = `{"customers":[*],"page":*,"per_page":*,"total":*,"total_pages":*}`
	createAnswer = `{"company_name":*,"created_at":"*Z","email":*,"id":"*-4*-*"}`
	noRoute      = `404 {"detail":"Not Found"}`
	noMethod     = `405 {"detail":"Method Not Allowed"}`
	noCredential = `401 {"detail":"Not authenticated"}`
)

func TestRoute_Table(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 30})
	runRaw(t, s, []rawCase{
		{"root", "GET /", noRoute},
		{"unknown path", "GET /v1/nothing", noRoute},
		{"unknown path without credentials", "GET /v1/nothing\n-X-Api-Key", noRoute},
		{"unknown version", "GET /v2/customers", noRoute},
		{"no version", "GET /customers", noRoute},
		{"capitals in the path", "GET /V1/Customers", noRoute},
		{"two slashes inside", "GET /v1//customers", noRoute},
		{"path below clone", "POST /v1/customers/a/clone/b\n\n{}", noRoute},
		{"unknown operation of a customer", "POST /v1/customers/a/merge\n\n{}", noRoute},
		{"escaped slash in the id", "GET /v1/customers/a%2Fb", noRoute},
		{"escaped letter in the path", "GET /v1/c%75stomers?per_page=1", "200 " + listAnswer},
		{"dot segments are no path", "GET /v1/./customers", noRoute},
		{"PUT on the list", "PUT /v1/customers\n\n{}", noMethod},
		{"DELETE on the list", "DELETE /v1/customers", noMethod},
		{"PATCH on a customer", "PATCH /v1/customers/a\n\n{}", noMethod},
		{"DELETE on a customer", "DELETE /v1/customers/a", noMethod},
		{"POST on a customer", "POST /v1/customers/a\n\n{}", noMethod},
		{"GET on clone", "GET /v1/customers/a/clone", noMethod},
		{"OPTIONS", "OPTIONS /v1/customers", noMethod},
		{"HEAD has no body", "HEAD /v1/customers", "405 "},
		{"method in small letters", "get /v1/customers", noMethod},
		{"invented method", "BREW /v1/customers", noMethod},
		{"wrong method comes before credentials", "DELETE /v1/customers\n-X-Api-Key", noMethod},
		{"wrong method comes before the body", "PUT /v1/customers\n\n{bad", noMethod},
		{"POST on the key context", "POST /v1/mcp/api-key-context\n\n{}", noMethod},
		{"GET on login", "GET /auth/login", noMethod},
		{"slash at the end", "GET /v1/customers/", "307 "},
		{"many slashes at the end", "GET /v1/customers///", "307 "},
		{"slash after an id", "GET /v1/customers/abc/", "307 "},
		{"slash after clone", "POST /v1/customers/abc/clone/\n\n{}", "307 "},
		{"slash comes before credentials", "GET /v1/customers/\n-X-Api-Key", "307 "},
		{"slash comes before the method", "DELETE /v1/customers/", "307 "},
		{"slash comes before the body", "POST /v1/customers/\n\n{bad", "307 "},
		{"body of a GET is not read", "GET /v1/customers?per_page=1\n\n{bad", "200 " + listAnswer},
	})
}

func TestRoute_AllowHeader(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for path, want := range map[string]string{"/v1/customers": "GET", "/v1/customers/x": "GET", "/v1/customers/x/clone": "POST"} {
		if got := raw(t, s, "DELETE "+path).header.Get("Allow"); got != want {
			t.Errorf("%s: Allow is %q, want %q", path, got, want)
		}
	}
}

func TestRoute_SlashRedirect(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for request, want := range map[string]string{
		"GET /v1/customers/?page=2&search=a%2Bb":   "/v1/customers?page=2&search=a%2Bb",
		"GET /v1/customers/%7Bx%7D/":               "/v1/customers/%7Bx%7D",
		"POST /v1/customers/x/clone///\n\n{}":      "/v1/customers/x/clone",
		"GET /v1/customers/\nHost: localhost:8080": "http://localhost:8080/v1/customers",
	} {
		if !strings.HasPrefix(want, "http:") {
			want = s.URL() + want
		}
		got := raw(t, s, request)
		if got.header.Get("Location") != want || got.header.Get("Content-Type") != "" {
			t.Errorf("%s: Location is %q, want %q; Content-Type %q", request, got.header.Get("Location"), want, got.header.Get("Content-Type"))
		}
	}
}

func TestServer_HostHeader(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		addr, host string
		status     int
	}{
		{"127.0.0.1:0", "127.0.0.1:8099", 200},
		{"127.0.0.1:0", "localhost", 200},
		{"127.0.0.1:0", "LOCALHOST:1", 200},
		{"127.0.0.1:0", "[::1]:8099", 200},
		{"127.0.0.1:0", "127.9.9.9", 200},
		{"127.0.0.1:0", "evil.example.com", 400}, // DNS rebinding
		{"127.0.0.1:0", "127.0.0.1.evil.example.com:8099", 400},
		{"127.0.0.1:0", "192.0.2.7:8099", 400},
		{"127.0.0.1:0", "", 400},
		{"0.0.0.0:0", "192.0.2.7:8099", 200}, // an address of this machine
		{"0.0.0.0:0", "evil.example.com:8099", 400},
	} {
		s := start(t, Options{Addr: tt.addr, AllowRemote: true})
		got := raw(t, s, "GET /v1/customers\nHost: "+tt.host)
		if got.status != tt.status || got.status == 400 && !strings.Contains(got.body, "Invalid host header") {
			t.Errorf("%s, Host %q: %d %s, want %d", tt.addr, tt.host, got.status, got.body, tt.status)
		}
	}
}

func TestServer_AnswerHeaders(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	first, second := raw(t, s, "GET /v1/customers").header, raw(t, s, "GET /nothing").header
	if first.Get("Server") != "uvicorn" || first.Get("Date") == "" || first.Get("Content-Type") != "application/json" {
		t.Errorf("headers: %v", first)
	}
	if a, b := first.Get("X-Request-Id"), second.Get("X-Request-Id"); a == "" || a == b {
		t.Errorf("request ids %q and %q", a, b)
	}
}
