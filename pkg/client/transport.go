package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	dialTimeout    = 10 * time.Second
	tlsTimeout     = 10 * time.Second
	idleTimeout    = 3 * time.Second // uvicorn closes idle connections at 5 s
	maxHeaderBytes = 64 << 10
	maxConnections = 64
)

// newTransport is net/http's transport with what it would do on its own switched off: HTTP/2 (which replays
// requests), transparent gzip (which knows no limit) and long idle connections (which a write would find closed). The
// time for one whole attempt is bounded by its context.
func newTransport(roots *x509.CertPool, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy:                  safeProxy(proxy),
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:    tlsTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConnsPerHost:    maxConnections,
		MaxConnsPerHost:        maxConnections,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		Protocols:              &protocols,
	}
}

// safeProxy never hands a request without TLS, and so its credential, to a proxy, and never tells the proxy's
// password.
func safeProxy(choose func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	if choose == nil {
		return nil
	}
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := choose(r)
		switch {
		case err != nil:
			return nil, errors.New("the proxy's address cannot be read (HTTPS_PROXY, HTTP_PROXY)")
		case proxy != nil && r.URL.Scheme != "https":
			return nil, errors.New("a proxy would read the credential of a request over http:// (use https://, or name the host in NO_PROXY)")
		}
		return proxy, nil
	}
}
