package client_test

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestTrace_TimesAndTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(answer))
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	var seen []client.Attempt
	c := newClient(t, server.URL, withTLS(pool, nil), client.WithTrace(client.Trace{
		Attempt: func(a client.Attempt) { seen = append(seen, a) },
	}))
	for range 2 {
		if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	first, second := seen[0], seen[1]
	if first.Connect <= 0 || first.TLSTime <= 0 || first.Wait <= 0 || first.Reused {
		t.Errorf("the first: %+v", first)
	}
	if second.Connect != 0 || second.TLSTime != 0 || second.Wait <= 0 || !second.Reused {
		t.Errorf("the second: %+v", second)
	}
	if sum := first.DNS + first.Connect + first.TLSTime + first.Wait + first.Read; sum > first.Duration {
		t.Errorf("the parts take %s, the whole %s", sum, first.Duration)
	}
	if tls := seen[0].TLS; tls == nil || len(tls.PeerCertificates) == 0 {
		t.Error("the certificate is not reported")
	}
}

// A look-up that fails is part of the picture too.
func TestTrace_RefusedConnection(t *testing.T) {
	t.Parallel()
	l := listen(t)
	address := l.Addr().(*net.TCPAddr).String()
	_ = l.Close()
	var seen client.Attempt
	c := newClient(t, "http://"+address, client.WithMaxRetries(0), client.WithTrace(client.Trace{Attempt: func(a client.Attempt) { seen = a }}))
	if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err == nil {
		t.Fatal("no error")
	}
	if seen.DNS+seen.Connect+seen.TLSTime+seen.Wait+seen.Read != 0 || seen.Reused || seen.TLS != nil || seen.Duration <= 0 {
		t.Errorf("%+v", seen)
	}
}
