package client_test

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestAnAttemptTellsWhatTookHowLongAndOverWhichTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(answer))
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	var seen []client.Attempt
	c := newClient(t, server.URL, client.WithRootCAs(pool), client.WithTrace(client.Trace{
		Attempt: func(a client.Attempt) { seen = append(seen, a) },
	}))
	for range 2 {
		if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	first, second := seen[0].Timing, seen[1].Timing
	if first.Connect <= 0 || first.TLS <= 0 || first.Wait <= 0 || first.Reused {
		t.Errorf("the first: %+v", first)
	}
	if second.Connect != 0 || second.TLS != 0 || second.Wait <= 0 || !second.Reused {
		t.Errorf("the second: %+v", second)
	}
	if sum := first.DNS + first.Connect + first.TLS + first.Wait + first.Body; sum > seen[0].Duration {
		t.Errorf("the parts take %s, the whole %s", sum, seen[0].Duration)
	}
	if tls := seen[0].TLS; tls == nil || len(tls.PeerCertificates) == 0 {
		t.Error("the certificate is not told")
	}
}

func TestTheProxyIsThatOfTheVariables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		vars map[string]string
		url  string
		want string
	}{
		{nil, "https://api.example.com", ""},
		{map[string]string{"HTTPS_PROXY": "http://proxy.example.com:3128"}, "https://api.example.com", "http://proxy.example.com:3128"},
		{map[string]string{"https_proxy": "proxy.example.com"}, "https://api.example.com", "http://proxy.example.com"},
		{map[string]string{"HTTPS_PROXY": "http://a", "https_proxy": "http://b"}, "https://api.example.com", "http://a"},
		{map[string]string{"HTTPS_PROXY": "http://a", "NO_PROXY": "example.com"}, "https://api.example.com", ""},
		{map[string]string{"HTTP_PROXY": "http://a"}, "https://api.example.com", ""},
		{map[string]string{"HTTPS_PROXY": "http://a"}, "https://127.0.0.1:1", ""},
	} {
		u, err := url.Parse(c.url)
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.EnvironmentProxy(func(name string) string { return c.vars[name] })(&http.Request{URL: u})
		if text := show(got); err != nil || text != c.want {
			t.Errorf("%v, %s: %q, want %q; %v", c.vars, c.url, text, c.want, err)
		}
	}
}

func show(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// A look-up that fails is part of the picture too.
func TestTimingOfAConnectionThatIsRefused(t *testing.T) {
	t.Parallel()
	l := listen(t)
	address := l.Addr().(*net.TCPAddr).String()
	_ = l.Close()
	var seen client.Attempt
	c := newClient(t, "http://"+address, client.WithMaxRetries(0), client.WithTrace(client.Trace{Attempt: func(a client.Attempt) { seen = a }}))
	if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err == nil {
		t.Fatal("no error")
	}
	if seen.Timing != (client.Timing{}) || seen.TLS != nil || seen.Duration <= 0 {
		t.Errorf("%+v", seen)
	}
}
