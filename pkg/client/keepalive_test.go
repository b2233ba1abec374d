package client_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

// A server may close a kept connection at the very moment at which a write leaves on it. Whatever the race brings, the
// write arrives at most once, and what the client says of it is true.
func TestKeepAlive_StaleConnectionDoublesNoWrite(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(net.Conn){
		"close": func(c net.Conn) { _ = c.Close() },
		"reset": func(c net.Conn) {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = c.Close()
		},
		"read and close": func(c net.Conn) {
			_, _ = bufio.NewReader(c).ReadByte()
			_ = c.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, func(c net.Conn, _ int) bool {
				_, _ = io.WriteString(c, whole(200, "application/json", emptyPage))
				end(c) // after each answer, kept alive though it was said to be
				return false
			})
			c := newClient(t, w.url, client.WithMaxRetries(0))
			for i := range 60 {
				email := fmt.Sprintf("user%d@example.com", i)
				if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err != nil {
					if te, ok := errors.AsType[*client.TransportError](err); !ok || te.Code != "connection_lost" {
						t.Fatal(err)
					}
				}
				_, err := c.Customers.Create(t.Context(), client.CreateRequest{Email: &email})
				if err == nil {
					t.Fatal("a page was taken for a new customer")
				}
				arrived := 0
				for _, r := range w.seen() {
					if r.method == http.MethodPost && strings.Contains(r.body, `"`+email+`"`) {
						arrived++
					}
				}
				if arrived > 1 {
					t.Fatalf("the write arrived %d times", arrived)
				}
				if arrived == 1 && !client.MaybeApplied(err) {
					t.Fatalf("the write arrived, and MaybeApplied is false for %v", err)
				}
			}
		})
	}
}

func TestWrite_NotReplayable(t *testing.T) {
	t.Parallel()
	for method, do := range readAndWrite() {
		s := &spy{reply: func(_ int, r *http.Request) *http.Response {
			if r.Method == http.MethodPost {
				return response(r, 201, made)
			}
			return response(r, 200, emptyPage)
		}}
		if err := do(t.Context(), newClient(t, "https://api.example.com", withTransport(s))); err != nil {
			t.Fatal(err)
		}
		r := s.asked[0]
		if r.GetBody != nil {
			t.Errorf("%s: GetBody is set", method)
		}
		for name := range r.Header {
			if strings.Contains(strings.ToLower(name), "idempotency") {
				t.Errorf("%s: header %s", method, name)
			}
		}
		if method == http.MethodPost && (r.Body == nil || r.ContentLength <= 0) {
			t.Errorf("a body of unknown length: %d", r.ContentLength)
		}
	}
}

func TestKeepAlive_ConnectionsReused(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(answer))
	l := &countingListener{Listener: server.Listener}
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	for range 5 {
		for _, do := range readAndWrite() {
			if err := do(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := l.accepted.Load(); n != 1 {
		t.Errorf("%d connections for 10 requests in a row", n)
	}
}

func TestClient_ManyGoroutines(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(answer))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for _, do := range readAndWrite() {
				if err := do(t.Context(), c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
