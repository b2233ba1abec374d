package client_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

const (
	testKey = "hc_test_0123456789abcdef"
	someID  = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	otherID = "22f9e5e1-5129-4cc7-9d8d-1248b092e05b"

	emptyPage = `{"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`
	made      = `{"id":"` + someID + `","email":null,"company_name":"Foo, Inc.","created_at":"2019-08-24T14:15:22Z"}`
)

// wire is a server that answers with any bytes at all.
type wire struct {
	url string

	mu       sync.Mutex
	requests []seenRequest
}

type seenRequest struct {
	method string
	target string
	header http.Header
	body   string
}

// serveWire calls reply after each whole request, with the request's number from 1; the connection is kept when it
// returns true.
func serveWire(t *testing.T, reply func(conn net.Conn, number int) bool) *wire {
	t.Helper()
	l := listen(t)
	w := &wire{url: "http://" + l.Addr().String()}
	w.serve(t, l, reply)
	return w
}

func (w *wire) serve(t *testing.T, l net.Listener, reply func(net.Conn, int) bool) {
	t.Helper()
	var open sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(func() { stop(); _ = l.Close(); open.Wait() })
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
				defer func() { _ = conn.Close() }()
				w.talk(conn, reply)
			})
		}
	})
}

func (w *wire) talk(conn net.Conn, reply func(net.Conn, int) bool) {
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		w.mu.Lock()
		w.requests = append(w.requests, seenRequest{r.Method, r.RequestURI, r.Header, string(body)})
		number := len(w.requests)
		w.mu.Unlock()
		if !reply(conn, number) {
			return
		}
	}
}

// seen gives the requests that arrived whole.
func (w *wire) seen() []seenRequest {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]seenRequest(nil), w.requests...)
}

// send writes text and keeps the connection.
func send(text string) func(net.Conn, int) bool {
	return func(c net.Conn, _ int) bool {
		_, err := io.WriteString(c, text)
		return err == nil
	}
}

// sendAndClose writes text and ends the connection in an orderly way.
func sendAndClose(text string) func(net.Conn, int) bool {
	return func(c net.Conn, _ int) bool {
		_, _ = io.WriteString(c, text)
		return false
	}
}

// sendAndReset writes text and resets the connection.
func sendAndReset(text string) func(net.Conn, int) bool {
	return func(c net.Conn, _ int) bool {
		_, _ = io.WriteString(c, text)
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		return false
	}
}

// sendForEver writes start and then part again and again until the client has had enough.
func sendForEver(start, part string) func(net.Conn, int) bool {
	return func(c net.Conn, _ int) bool {
		_, err := io.WriteString(c, start)
		for err == nil {
			_, err = io.WriteString(c, part)
		}
		return false
	}
}

// whole is an answer with its length.
func whole(status int, contentType, body string) string {
	return fmt.Sprintf("HTTP/1.1 %03d Status\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", status, contentType, len(body), body)
}

// newClient makes a client that is closed with the test.
// described returns the request that f would send.
func described(t testing.TB, url string, credential client.Option, f func(*client.Client) error) (*client.Request, error) {
	t.Helper()
	var shown *client.Request
	stop := errors.New("nothing is sent")
	c, err := client.New(url, credential, client.WithTrace(client.Trace{Call: func(r *client.Request) error {
		shown = r
		return stop
	}}))
	if err != nil {
		t.Fatal(err)
	}
	if err := f(c); !errors.Is(err, stop) {
		return nil, err
	}
	return shown, nil
}

// withTransport sends through rt.
func withTransport(rt http.RoundTripper) client.Option {
	return client.WithHTTPClient(&http.Client{Transport: rt})
}

// withTLS trusts these roots and uses this proxy; nil stands for the system's and for none.
func withTLS(roots *x509.CertPool, proxy func(*http.Request) (*url.URL, error)) client.Option {
	return withTransport(&http.Transport{Proxy: proxy, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})
}

func newClient(t testing.TB, url string, opts ...client.Option) *client.Client {
	t.Helper()
	c, err := client.New(url, append([]client.Option{client.WithAPIKey(testKey)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// wantTransportError gives err as a *TransportError with this code.
func wantTransportError(t *testing.T, err error, code client.ErrorCode) *client.TransportError {
	t.Helper()
	te, ok := errors.AsType[*client.TransportError](err)
	if !ok {
		t.Fatalf("got %v (%T), want a *TransportError", err, err)
	}
	if te.Code != code || !errors.Is(err, code) {
		t.Errorf("code %s for %v, want %s", te.Code, err, code)
	}
	return te
}

// wantError gives err as an *Error with this code.
func wantError(t *testing.T, err error, code client.ErrorCode) *client.Error {
	t.Helper()
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	if e.Code != code || !errors.Is(err, code) {
		t.Errorf("code %s for %v, want %s", e.Code, err, code)
	}
	return e
}

// roundTrip is a transport in memory.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// silence holds the connection until the client gives up.
func silence(c net.Conn, _ int) bool {
	_, _ = io.Copy(io.Discard, c)
	return false
}

const shortTimeout = 150 * time.Millisecond

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// dump is all that a value holds.
func dump(v any) string { return fmt.Sprintf("%+v %#v", v, v) }
