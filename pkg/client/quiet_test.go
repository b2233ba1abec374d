package client_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

// Whatever happens, the package itself prints nothing: not resty's warnings, not a request, not the key.
func TestClient_PrintsNothing(t *testing.T) {
	t.Parallel()
	printed, parent := inChild(t)
	if parent {
		for line := range strings.Lines(printed) {
			ofTesting := strings.Contains(line, t.Name()) || line == "PASS\n" || strings.HasPrefix(line, "coverage: ")
			if !ofTesting && strings.TrimSpace(line) != "" {
				t.Errorf("the client printed: %s", line)
			}
		}
		return
	}
	for _, fault := range lostAnswers() {
		if fault.code == "timeout" {
			continue
		}
		w := serveWire(t, fault.reply)
		for _, do := range readAndWrite() {
			_ = do(context.Background(), newClient(t, w.url, client.WithMaxRetries(0)))
		}
	}
	_ = readAndWrite()[http.MethodGet](context.Background(), newClient(t, "http://127.0.0.1:1", client.WithMaxRetries(1)))
	for _, token := range []string{"", testKey} { // resty warns of a token over plain HTTP
		server := httptest.NewServer(http.HandlerFunc(answer))
		t.Cleanup(server.Close)
		c, err := client.New(server.URL, client.WithAccessToken(token))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		for _, do := range readAndWrite() {
			if err := do(context.Background(), c); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestClient_KeepsNoState(t *testing.T) {
	t.Parallel()
	w := serveWire(t, func(c net.Conn, _ int) bool {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nSet-Cookie: session=1; Path=/\r\nStrict-Transport-Security: max-age=99\r\n"+
			"Link: </v1/customers?page=2>; rel=next\r\nAlt-Svc: h3=\":443\"\r\nContent-Type: application/json\r\nContent-Length: 65\r\n\r\n"+emptyPage)
		return true
	})
	c := newClient(t, w.url)
	for range 3 {
		if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range w.seen() {
		if got := r.header.Get("Cookie"); got != "" {
			t.Errorf("request %d carries the cookie %q", i+1, got)
		}
		if r.header.Get("Referer") != "" || r.target != "/v1/customers" {
			t.Errorf("request %d: %s, %v", i+1, r.target, r.header)
		}
	}
}

// The key may come back in the server's own words, for instance from a debugging page.
func TestClient_EchoedKeyRedacted(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]string{
		"detail":      whole(401, "application/json", `{"detail":"invalid key `+testKey+`"}`),
		"field":       whole(422, "application/json", `{"detail":[{"loc":["header","x-api-key"],"msg":"bad `+testKey+`","type":"x"}]}`),
		"input":       whole(422, "application/json", `{"detail":[{"loc":"x","input":"`+testKey+`"}]}`),
		"HTML":        whole(502, "text/html", "<title>"+testKey+"</title>"),
		"text":        whole(500, "text/plain", "key="+testKey),
		"200 text":    whole(200, "text/plain", "key="+testKey),
		"200 HTML":    whole(200, "text/html", "<html>"+testKey),
		"Location":    "HTTP/1.1 302 Found\r\nLocation: https://example.org/?key=" + testKey + "\r\nContent-Length: 0\r\n\r\n",
		"request id":  "HTTP/1.1 500 X\r\nX-Request-Id: " + testKey + "\r\nContent-Length: 0\r\n\r\n",
		"wrong kind":  whole(200, "application/json", `{"customers":[{"id":"`+testKey+`"}]}`),
		"wrong count": whole(200, "application/json", `{"customers":[{"id":"`+someID+`","instance_count":"`+testKey+`"}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, sendAndClose(reply))
			var traced []string
			trace := client.Trace{
				Attempt: func(a client.Attempt) { traced = append(traced, dump(a)) },
				Warning: func(text string) { traced = append(traced, text) },
			}
			_, err := newClient(t, w.url, client.WithMaxRetries(0), client.WithTrace(trace)).Customers.List(t.Context(), client.ListOptions{})
			if err == nil {
				t.Fatal("no error")
			}
			if all := dump(err) + err.Error() + strings.Join(traced, "\n"); strings.Contains(all, testKey) {
				t.Errorf("the key is in %s", all)
			}
		})
	}
}
