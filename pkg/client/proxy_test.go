package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

const proxyPassword = "s3cret-pr0xy"

// fakeProxy tunnels CONNECT to one address, or refuses when it has none.
type fakeProxy struct {
	target string

	mu    sync.Mutex
	asked []*http.Request
}

func serveProxy(t *testing.T, target string) (*fakeProxy, *url.URL) {
	t.Helper()
	p := &fakeProxy{target: target}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("user", proxyPassword)
	return p, u
}

func (p *fakeProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r)
	p.mu.Unlock()
	if p.target == "" {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	to, err := net.Dial("tcp", p.target)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	from, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(to, buffered); _ = to.Close() })
	both.Go(func() { _, _ = io.Copy(from, to); _ = from.Close() })
	both.Wait()
}

func TestProxy_SeesNoCredential(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	address, _ := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{ca.issue(t, "api.example.com", time.Now().Add(time.Hour))}},
		http.HandlerFunc(answer))
	proxy, u := serveProxy(t, strings.TrimPrefix(address, "https://"))
	c := newClient(t, "https://api.example.com", withTLS(ca.pool, http.ProxyURL(u)))
	for method, do := range readAndWrite() {
		if err := do(t.Context(), c); err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
	c.Close()
	for _, r := range proxy.asked {
		if r.Method != http.MethodConnect || r.Host != "api.example.com:443" {
			t.Errorf("the proxy was asked %s %s", r.Method, r.Host)
		}
		if r.Header.Get("X-Api-Key") != "" || r.Header.Get("Authorization") != "" {
			t.Error("the proxy saw the credential")
		}
		if r.Header.Get("Proxy-Authorization") == "" {
			t.Error("the proxy saw no credential of its own")
		}
	}
	if len(proxy.asked) == 0 {
		t.Error("the proxy was not asked")
	}
}

func TestProxy_AuthRequiredIsNotRepeated(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		proxy, u := serveProxy(t, "")
		err := do(t.Context(), newClient(t, "https://api.example.com", withTLS(nil, http.ProxyURL(u))))
		te := wantTransportError(t, err, "connection_failed")
		if te.Status != http.StatusProxyAuthRequired || !strings.Contains(err.Error(), "the proxy http://"+u.Host+" refused the connection: 407") {
			t.Errorf("%s: status %d, %v", method, te.Status, err)
		}
		if client.MaybeApplied(err) {
			t.Errorf("%s: a request that never left the proxy counts as possibly applied", method)
		}
		if strings.Contains(err.Error(), proxyPassword) {
			t.Errorf("%s: the error holds the proxy's password", method)
		}
		if len(proxy.asked) != 1 {
			t.Errorf("%s: the proxy was asked %d times", method, len(proxy.asked))
		}
	}
}

func TestProxy_PlainHTTPRefused(t *testing.T) {
	t.Parallel()
	broken := func(*http.Request) (*url.URL, error) {
		return nil, errors.New("invalid proxy address http://user:" + proxyPassword + "@%zz")
	}
	proxy, u := serveProxy(t, "")
	socks := &url.URL{Scheme: "socks5", Host: u.Host, User: u.User}
	for name, choose := range map[string]func(*http.Request) (*url.URL, error){
		"http": http.ProxyURL(u), "socks5": http.ProxyURL(socks), "broken": broken,
	} {
		_, err := client.New("http://api.example.com", client.WithAPIKey(testKey), withTLS(nil, choose))
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if strings.Contains(err.Error(), proxyPassword) {
			t.Errorf("%s: the error holds the proxy's password: %v", name, err)
		}
	}
	if len(proxy.asked) != 0 {
		t.Errorf("the proxy was asked %d times", len(proxy.asked))
	}
}

// A choice that changes after New is held to the same rule, and nothing is sent.
func TestProxy_PlainHTTPRefusedLater(t *testing.T) {
	t.Parallel()
	proxy, u := serveProxy(t, "")
	var late *url.URL
	c := newClient(t, "http://api.example.com", client.WithMaxRetries(0),
		withTLS(nil, func(*http.Request) (*url.URL, error) { return late, nil }))
	late = u
	for method, do := range readAndWrite() {
		err := do(t.Context(), c)
		wantTransportError(t, err, "connection_failed")
		if client.MaybeApplied(err) || len(proxy.asked) != 0 {
			t.Errorf("%s: MaybeApplied %v, the proxy was asked %d times", method, client.MaybeApplied(err), len(proxy.asked))
		}
	}
}

func TestProxy_OfEnvironment(t *testing.T) {
	t.Parallel()
	proxy, u := serveProxy(t, "")
	printed, parent := inChild(t, "HTTPS_PROXY="+u.String(), "HTTP_PROXY="+u.String(), "NO_PROXY=direct.example.com", "REQUEST_METHOD=")
	if parent {
		if len(proxy.asked) != 1 || proxy.asked[0].Host != "api.example.com:443" {
			t.Errorf("the proxy was asked %d times", len(proxy.asked))
		}
		if strings.Contains(printed, proxyPassword) {
			t.Errorf("the proxy's password was printed: %s", printed)
		}
		return
	}
	c := newClient(t, "https://api.example.com", client.WithMaxRetries(0))
	_, err := c.Customers.List(context.Background(), client.ListOptions{})
	t.Log(wantTransportError(t, err, "connection_failed"))
	if _, err := client.New("http://api.example.com"); err == nil {
		t.Error("a proxy for plain HTTP was accepted")
	}
	for _, direct := range []string{"http://direct.example.com", "http://127.0.0.1:1", "http://localhost:1"} {
		if _, err := client.New(direct); err != nil {
			t.Errorf("%s: %v", direct, err)
		}
	}
}

func TestProxy_BrokenAddressHidesPassword(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"refused at once": "user:" + proxyPassword + "@%zz",
		"found out late":  "http://user:" + proxyPassword + "@%zz",
	} {
		t.Run(name, func(t *testing.T) {
			printed, parent := inChild(t, "HTTPS_PROXY="+value)
			if parent {
				if strings.Contains(printed, proxyPassword) {
					t.Errorf("the proxy's password was printed: %s", printed)
				}
				return
			}
			c, err := client.New("https://api.example.com", client.WithMaxRetries(0))
			if err == nil {
				_, err = c.Customers.List(context.Background(), client.ListOptions{})
			}
			if err == nil {
				t.Fatal("a proxy that is none was used")
			}
			t.Log(err)
		})
	}
}
