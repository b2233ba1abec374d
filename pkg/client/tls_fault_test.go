package client_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// Once TLS stands, whatever ends it leaves a write unconfirmed: an alert, a cut, bytes that are no TLS.
func TestTLS_BreakAfterRequestLeavesWriteOpen(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	config := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, "127.0.0.1", time.Now().Add(time.Hour))}}
	const start = "HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"
	for name, end := range map[string]func(*tls.Conn){
		"close_notify":       func(c *tls.Conn) { _ = c.Close() },
		"half a close":       func(c *tls.Conn) { _ = c.CloseWrite() },
		"cut":                func(c *tls.Conn) { _ = c.NetConn().Close() },
		"plain text":         func(c *tls.Conn) { _, _ = io.WriteString(c.NetConn(), "HTTP/1.1 400 Bad Request\r\n\r\n") },
		"a record that lies": func(c *tls.Conn) { _, _ = c.NetConn().Write([]byte{23, 3, 3, 0, 4, 1, 2, 3, 4}) },
		"an alert in clear":  func(c *tls.Conn) { _, _ = c.NetConn().Write([]byte{21, 3, 3, 0, 2, 2, 80}) },
	} {
		for when, begun := range map[string]string{"before the answer": "", "in the body": start} {
			for method, do := range readAndWrite() {
				t.Run(name+"/"+when+"/"+method, func(t *testing.T) {
					t.Parallel()
					l := listen(t)
					w := &wire{url: "https://" + l.Addr().String()}
					w.serve(t, tls.NewListener(l, config), func(c net.Conn, _ int) bool {
						_, _ = io.WriteString(c, begun)
						if secure, ok := c.(*tls.Conn); ok {
							end(secure)
						}
						return false
					})
					err := do(t.Context(), newClient(t, w.url, client.WithMaxRetries(0), withTLS(ca.pool, nil)))
					te := wantTransportError(t, err, "connection_lost")
					if te.MaybeApplied != (method == http.MethodPost) {
						t.Errorf("MaybeApplied is %v", te.MaybeApplied)
					}
					if n := len(w.seen()); n != 1 {
						t.Errorf("%d requests", n)
					}
				})
			}
		}
	}
}

func TestTLS_SilentHandshakeNeverSent(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			l := listen(t) // no server accepts; the kernel does
			err := do(t.Context(), newClient(t, "https://"+l.Addr().String(), client.WithMaxRetries(0), client.WithAttemptTimeout(shortTimeout)))
			if te := wantTransportError(t, err, "connection_failed"); te.MaybeApplied {
				t.Errorf("%v counts as possibly applied", err)
			}
		})
	}
}
