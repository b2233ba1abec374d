package client_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// trickle writes the text, and then a part of it again and again, slowly, until the client has gone.
func trickle(text, part string) func(net.Conn, int) bool {
	return func(c net.Conn, _ int) bool {
		_, err := io.WriteString(c, text)
		tick := time.NewTicker(shortTimeout / 10)
		defer tick.Stop()
		for err == nil {
			<-tick.C
			_, err = io.WriteString(c, part)
		}
		return false
	}
}

// A server that goes on giving a little keeps every timer of a single read from firing. One deadline is for all of it.
func TestAttempt_SlowServerMeetsDeadline(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\n"
	for stage, reply := range map[string]func(net.Conn, int) bool{
		"status line":   trickle("HTTP/1.1 200 O", "K"),
		"header's name": trickle(ok, "x"),
		"headers":       trickle(ok, "X-A: b\r\n"),
		"early hints":   trickle("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
		"body":          trickle(ok+"\r\n{", " "),
		"chunk":         trickle(ok+"Transfer-Encoding: chunked\r\n\r\nfff\r\n{", " "),
		"chunks":        trickle(ok+"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "1\r\n \r\n"),
		"trailer":       trickle(ok+"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n", "X-A: b\r\n"),
		"gzip":          trickle(ok+"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00", "\x00"),
		"refusal":       trickle("HTTP/1.1 400 Bad Request\r\n\r\n", " "),
	} {
		for method, do := range readAndWrite() {
			t.Run(stage+"/"+method, func(t *testing.T) {
				t.Parallel()
				w := serveWire(t, reply)
				err := do(t.Context(), newClient(t, w.url, client.WithMaxRetries(0), client.WithAttemptTimeout(shortTimeout)))
				if stage == "refusal" {
					wantError(t, err, "bad_request") // the status says it all
					return
				}
				code := client.ErrorCode("timeout")
				if stage == "gzip" && method == http.MethodPost {
					code = client.CodeBadAnswer // not asked for
				}
				te := wantTransportError(t, err, code)
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

func TestProxy_SlowMeansNeverSent(t *testing.T) {
	t.Parallel()
	for stage, reply := range map[string]func(net.Conn, int) bool{
		"silence":     silence,
		"status line": trickle("HTTP/1.1 200 O", "K"),
		"headers":     trickle("HTTP/1.1 200 OK\r\n", "X-A: b\r\n"),
		"tunnel": func(c net.Conn, n int) bool {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			return silence(c, n)
		},
	} {
		for method, do := range readAndWrite() {
			t.Run(stage+"/"+method, func(t *testing.T) {
				t.Parallel()
				proxy, err := url.Parse(serveWire(t, reply).url)
				if err != nil {
					t.Fatal(err)
				}
				c := newClient(t, "https://api.example.com", client.WithMaxRetries(0), client.WithAttemptTimeout(shortTimeout),
					withTLS(nil, http.ProxyURL(proxy)))
				if te := wantTransportError(t, do(t.Context(), c), "connection_failed"); te.MaybeApplied {
					t.Errorf("%v counts as possibly applied", te)
				}
			})
		}
	}
}
