package client_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

func redirectCodes() []int { return []int{301, 302, 303, 307, 308} }

// spy is a transport that notes every request and answers by hand.
type spy struct {
	mu    sync.Mutex
	asked []*http.Request
	reply func(number int, r *http.Request) *http.Response
}

func (s *spy) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.asked = append(s.asked, r)
	number := len(s.asked)
	s.mu.Unlock()
	return s.reply(number, r), nil
}

func response(r *http.Request, status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

func TestRedirect_CredentialStaysAtOrigin(t *testing.T) {
	t.Parallel()
	const base = "https://api.example.com:8443"
	for name, location := range map[string]string{
		"other host":         "https://evil.example.org:8443/v1/customers",
		"other port":         "https://api.example.com:9443/v1/customers",
		"no port":            "https://api.example.com/v1/customers",
		"plain http":         "http://api.example.com:8443/v1/customers",
		"subdomain":          "https://a.api.example.com:8443/v1/customers",
		"parent domain":      "https://example.com:8443/v1/customers",
		"look-alike":         "https://api.example.com.evil.example.org:8443/",
		"host in userinfo":   "https://api.example.com:8443@evil.example.org/",
		"userinfo":           "https://user:pass@api.example.com:8443/v1/customers",
		"scheme-relative":    "//evil.example.org:8443/v1/customers",
		"back slashes":       `/\evil.example.org:8443/`,
		"file":               "file:///etc/passwd",
		"javascript":         "javascript:alert(1)",
		"no host":            "https:///v1/customers",
		"unparsable":         "https://%zz/",
		"control characters": "https://api.example.com:8443/\x7f",
		"none":               "",
	} {
		for _, code := range redirectCodes() {
			for method, do := range readAndWrite() {
				for kind, credential := range map[string]client.Option{
					"key": client.WithAPIKey(testKey), "token": client.WithAccessToken(testKey),
				} {
					t.Run(fmt.Sprint(name, "/", code, "/", method, "/", kind), func(t *testing.T) {
						t.Parallel()
						s := &spy{reply: func(number int, r *http.Request) *http.Response {
							if number == 1 {
								return response(r, code, "{}", "Location", location)
							}
							return response(r, 200, emptyPage)
						}}
						c, err := client.New(base, credential, withTransport(s))
						if err != nil {
							t.Fatal(err)
						}
						err = do(t.Context(), c)
						if name == "back slashes" && method == http.MethodGet {
							// net/url reads it as a path on the same host, and so does the request.
							checkOrigin(t, s, "https", "api.example.com:8443")
							return
						}
						e := wantError(t, err, "redirect")
						if len(s.asked) != 1 {
							t.Errorf("%d requests, want 1; the second went to %s", len(s.asked), s.asked[1].URL)
						}
						if client.MaybeApplied(err) {
							t.Error("a redirect counts as possibly applied")
						}
						if e.Location != location {
							t.Errorf("Location %q, want %q", e.Location, location)
						}
					})
				}
			}
		}
	}
}

func checkOrigin(t *testing.T, s *spy, scheme, host string) {
	t.Helper()
	for _, r := range s.asked {
		if r.URL.Scheme != scheme || r.URL.Host != host || (r.Host != "" && r.Host != host) {
			t.Errorf("a request went to %s (Host %s)", r.URL, r.Host)
		}
	}
}

func TestRedirect_ReadFollowsOriginThreeTimes(t *testing.T) {
	t.Parallel()
	for _, code := range redirectCodes() {
		for hops := range 6 {
			t.Run(fmt.Sprint(code, "/", hops), func(t *testing.T) {
				t.Parallel()
				s := &spy{reply: func(number int, r *http.Request) *http.Response {
					if r.Method != http.MethodGet || r.Header.Get("X-Api-Key") != testKey {
						t.Errorf("%s with the key %q", r.Method, r.Header.Get("X-Api-Key"))
					}
					if number <= hops {
						return response(r, code, "", "Location", fmt.Sprintf("/hop/%d?page=2", number))
					}
					return response(r, 200, emptyPage)
				}}
				_, err := newClient(t, "https://API.example.com", withTransport(s)).Customers.List(t.Context(), client.ListOptions{})
				if hops <= 3 && err != nil {
					t.Errorf("%d redirects: %v", hops, err)
				}
				if hops > 3 {
					wantError(t, err, "redirect")
				}
				if want := min(hops, 3) + 1; len(s.asked) != want {
					t.Errorf("%d requests, want %d", len(s.asked), want)
				}
				checkOrigin(t, s, "https", "API.example.com")
			})
		}
	}
}

func TestRedirect_WriteNeverFollows(t *testing.T) {
	t.Parallel()
	for _, code := range redirectCodes() {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			var methods []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				methods = append(methods, r.Method+" "+r.URL.Path)
				http.Redirect(w, r, "/v1/customers/", code)
			}))
			t.Cleanup(server.Close)
			_, err := newClient(t, server.URL).Customers.Create(t.Context(), client.CreateRequest{})
			wantError(t, err, "redirect")
			if len(methods) != 1 || methods[0] != "POST /v1/customers" {
				t.Errorf("the server saw %q", methods)
			}
		})
	}
}

// The same rule on real sockets: the second server is never spoken to.
func TestRedirect_OtherServerSeesNoKey(t *testing.T) {
	t.Parallel()
	second := &countingListener{Listener: listen(t)}
	go func() {
		for {
			c, err := second.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	w := serveWire(t, send("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://"+second.Addr().String()+"/\r\nContent-Length: 0\r\n\r\n"))
	for _, do := range readAndWrite() {
		wantError(t, do(t.Context(), newClient(t, w.url)), "redirect")
	}
	if n := second.accepted.Load(); n != 0 {
		t.Errorf("%d connections to the second server", n)
	}
}
