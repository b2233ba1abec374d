package client_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// authority signs the certificates of the tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	key := newKey(t)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &authority{cert, key, pool}
}

// issue makes a server certificate. Without an authority it signs itself.
func (a *authority) issue(t *testing.T, host string, until time.Time) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	key := newKey(t)
	parent, signer := template, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// countingListener counts connections.
type countingListener struct {
	net.Listener
	accepted atomic.Int32
}

func (l *countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.accepted.Add(1)
	}
	return c, err
}

func serveTLS(t *testing.T, config *tls.Config, handler http.Handler) (string, *countingListener) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	l := &countingListener{Listener: server.Listener}
	server.Listener, server.TLS = l, config
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, l
}

func TestTLS_UntrustedServerTriedOnce(t *testing.T) {
	t.Parallel()
	ca, day := newAuthority(t), 24*time.Hour
	tomorrow := time.Now().Add(day)
	good := ca.issue(t, "127.0.0.1", tomorrow)
	for name, config := range map[string]*tls.Config{
		"expired":           {Certificates: []tls.Certificate{ca.issue(t, "127.0.0.1", time.Now().Add(-time.Hour))}},
		"wrong host":        {Certificates: []tls.Certificate{ca.issue(t, "other.example.com", tomorrow)}},
		"self-signed":       {Certificates: []tls.Certificate{(*authority)(nil).issue(t, "127.0.0.1", tomorrow)}},
		"unknown authority": {Certificates: []tls.Certificate{newAuthority(t).issue(t, "127.0.0.1", tomorrow)}},
		"TLS 1.1":           {Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
	} {
		for method, do := range readAndWrite() {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				var served atomic.Int32
				url, l := serveTLS(t, config.Clone(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served.Add(1) }))
				err := do(t.Context(), newClient(t, url, withTLS(ca.pool, nil)))
				wantTransportError(t, err, "tls_failed")
				if client.MaybeApplied(err) {
					t.Error("a request that was never sent counts as possibly applied")
				}
				if n := l.accepted.Load(); n != 1 {
					t.Errorf("%d connections, want 1", n)
				}
				if served.Load() != 0 {
					t.Error("the server got a request")
				}
			})
		}
	}
}

func TestTLS_PlainServerTriedOnce(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(server.Close)
			err := do(t.Context(), newClient(t, "https://"+server.Listener.Addr().String()))
			wantTransportError(t, err, "tls_failed")
			if client.MaybeApplied(err) {
				t.Error("a request that was never sent counts as possibly applied")
			}
		})
	}
}

func TestTLS_HTTP2ServerGetsHTTP11(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	config := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, "127.0.0.1", time.Now().Add(time.Hour))}}
	for method, do := range readAndWrite() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			url, _ := serveTLS(t, config.Clone(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Proto != "HTTP/1.1" || r.TLS.NegotiatedProtocol == "h2" {
					t.Errorf("protocol %s, negotiated %q", r.Proto, r.TLS.NegotiatedProtocol)
				}
				answer(w, r)
			}))
			if err := do(t.Context(), newClient(t, url, withTLS(ca.pool, nil))); err != nil {
				t.Error(err)
			}
		})
	}
}

// A connection that ends inside the handshake proves nothing about trust: it is tried again like any other.
func TestTLS_CutHandshakeRepeated(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			counting := &countingListener{Listener: l}
			t.Cleanup(func() { _ = l.Close() })
			go func() {
				for {
					c, err := counting.Accept()
					if err != nil {
						return
					}
					_ = c.Close()
				}
			}()
			err = do(t.Context(), newClient(t, "https://"+l.Addr().String(), client.WithMaxRetries(1)))
			wantTransportError(t, err, "connection_failed")
			if client.MaybeApplied(err) {
				t.Error("a request that was never sent counts as possibly applied")
			}
			if n := counting.accepted.Load(); n != 2 {
				t.Errorf("%d connections, want 2", n)
			}
		})
	}
}
