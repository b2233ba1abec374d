package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	dialTimeout    = 10 * time.Second
	tlsTimeout     = 10 * time.Second
	idleTimeout    = 3 * time.Second // uvicorn closes idle connections at 5 s
	maxHeaderBytes = 64 << 10
	maxConnections = 64
	maxRedirects   = 3
)

// newTransport returns the transport that requests go through: of an [*http.Transport] a copy without what net/http would do
// by itself, which is HTTP/2 (it replays requests), transparent gzip (it knows no limit) and long idle connections (a write
// would find them closed); any other RoundTripper as it is. The time for a whole attempt is bounded by its context.
func newTransport(rt http.RoundTripper) http.RoundTripper {
	if rt == nil {
		rt = &http.Transport{Proxy: http.ProxyFromEnvironment}
	}
	given, ok := rt.(*http.Transport)
	if !ok {
		return rt
	}
	t := given.Clone()
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	if t.DialContext == nil {
		t.DialContext = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext
	}
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	t.TLSClientConfig.MinVersion = max(t.TLSClientConfig.MinVersion, tls.VersionTLS12)
	t.TLSClientConfig.NextProtos = nil
	setDefault(&t.TLSHandshakeTimeout, tlsTimeout)
	setDefault(&t.IdleConnTimeout, idleTimeout)
	t.IdleConnTimeout = min(t.IdleConnTimeout, idleTimeout)
	setDefault(&t.MaxIdleConnsPerHost, maxConnections)
	setDefault(&t.MaxConnsPerHost, maxConnections)
	setDefault(&t.MaxResponseHeaderBytes, maxHeaderBytes)
	t.DisableCompression = true
	t.Proxy = safeProxy(t.Proxy)
	t.OnProxyConnectResponse = checkConnect
	return t
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// safeProxy never sends a request without TLS, and so its credential, through a proxy, and never quotes the proxy's
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

// checkProxy finds a proxy that cannot be used before the first request does.
func checkProxy(rt http.RoundTripper, base string) error {
	t, ok := rt.(*http.Transport)
	if !ok || t.Proxy == nil {
		return nil
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, base, http.NoBody)
	if err != nil {
		return err
	}
	_, err = t.Proxy(r)
	return err
}

// proxyError is a proxy's refusal to open a connection to the server.
type proxyError struct {
	proxy  string // its address without user and password
	status int
}

func (e *proxyError) Error() string {
	text := fmt.Sprintf("the proxy %s refused the connection: %d %s", e.proxy, e.status, http.StatusText(e.status))
	if e.status == http.StatusProxyAuthRequired {
		text += " (HTTPS_PROXY needs its user and password)"
	}
	return text
}

func checkConnect(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{proxy: proxy.Scheme + "://" + proxy.Host, status: resp.StatusCode}
}

// answerTransport is the last to see a request and the first to see its answer. It takes from net/http the means to replay
// a write, and hides Location from http.Client, which would follow it, or lose the answer when it cannot be parsed.
type answerTransport struct{ http.RoundTripper }

func (t answerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		r.GetBody = nil // net/http replays a request whose body it can rewind
	}
	resp, err := t.RoundTripper.RoundTrip(r)
	if err != nil || resp == nil {
		return resp, err
	}
	resp.Request = r // not every transport sets it
	if location := resp.Header["Location"]; location != nil {
		resp.Header[setAside] = location
		delete(resp.Header, "Location")
	}
	return resp, nil
}

// CloseIdleConnections is what http.Client looks for.
func (t answerTransport) CloseIdleConnections() {
	if c, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// setAside is where answerTransport keeps a Location: a name that http.Header.Get never finds.
const setAside = "location"

func restoreLocation(h http.Header) {
	location := h[setAside] //nolint:staticcheck // the name is not canonical on purpose
	if location != nil {
		h["Location"] = location
		delete(h, setAside)
	}
}

// redirectTarget returns where a read is redirected to within its own scheme, host and port, at most three times. A write
// is never redirected, and a credential never leaves the host it was meant for.
func redirectTarget(method string, resp *http.Response, hop int) (string, bool) {
	if method != http.MethodGet || hop >= maxRedirects {
		return "", false
	}
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "", false
	}
	to, err := resp.Location()
	if err != nil || to.User != nil {
		return "", false
	}
	from := resp.Request.URL
	if to.Scheme != from.Scheme || !strings.EqualFold(to.Host, from.Host) {
		return "", false
	}
	return to.String(), true
}
