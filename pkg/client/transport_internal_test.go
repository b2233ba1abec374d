package client

import (
	"crypto/tls"
	"testing"
	"time"
)

// What the wire cannot show in a short test.
func TestTheTransportsLimits(t *testing.T) {
	t.Parallel()
	tr := newTransport(nil, nil)
	if tr.IdleConnTimeout <= 0 || tr.IdleConnTimeout >= 5*time.Second {
		t.Errorf("idle connections are kept %s; uvicorn closes them at 5 s", tr.IdleConnTimeout)
	}
	if tr.TLSHandshakeTimeout != 10*time.Second || tr.MaxResponseHeaderBytes != 64<<10 {
		t.Errorf("TLS handshake %s, headers %d bytes", tr.TLSHandshakeTimeout, tr.MaxResponseHeaderBytes)
	}
	if tr.TLSClientConfig.InsecureSkipVerify || tr.TLSClientConfig.MinVersion < tls.VersionTLS12 {
		t.Errorf("%+v", tr.TLSClientConfig)
	}
	if tr.Protocols.HTTP2() || tr.Protocols.UnencryptedHTTP2() || tr.ForceAttemptHTTP2 {
		t.Errorf("HTTP/2 is on: %s", tr.Protocols)
	}
}
