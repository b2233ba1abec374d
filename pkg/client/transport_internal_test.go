package client

import (
	"crypto/tls"
	"net/http"
	"testing"
	"time"
)

// What the wire cannot show in a short test.
func TestTransport_Limits(t *testing.T) {
	t.Parallel()
	callers := &http.Transport{IdleConnTimeout: time.Hour, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS10, NextProtos: []string{"h2"}}}
	for name, rt := range map[string]http.RoundTripper{"own": nil, "a caller's": callers, "the default": http.DefaultTransport} {
		t.Run(name, func(t *testing.T) { checkLimits(t, newTransport(rt).(*http.Transport)) })
	}
	if callers.IdleConnTimeout != time.Hour || callers.DisableCompression || callers.TLSClientConfig.MinVersion != tls.VersionTLS10 {
		t.Errorf("the caller's transport was changed: %+v", callers)
	}
}

func checkLimits(t *testing.T, tr *http.Transport) {
	t.Helper()
	if tr.IdleConnTimeout <= 0 || tr.IdleConnTimeout >= 5*time.Second {
		t.Errorf("idle connections are kept %s; uvicorn closes them at 5 s", tr.IdleConnTimeout)
	}
	if tr.TLSHandshakeTimeout != 10*time.Second || tr.MaxResponseHeaderBytes != 64<<10 {
		t.Errorf("TLS handshake %s, headers %d bytes", tr.TLSHandshakeTimeout, tr.MaxResponseHeaderBytes)
	}
	if tr.TLSClientConfig.InsecureSkipVerify || tr.TLSClientConfig.MinVersion < tls.VersionTLS12 {
		t.Errorf("%+v", tr.TLSClientConfig)
	}
	if tr.Protocols.HTTP2() || tr.Protocols.UnencryptedHTTP2() || !tr.DisableCompression {
		t.Errorf("HTTP/2 is on: %s; compression off: %v", tr.Protocols, tr.DisableCompression)
	}
}
