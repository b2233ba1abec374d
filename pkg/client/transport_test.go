package client_test

import (
	"errors"
	"net/http"
	"net/http/httptrace"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

// A transport of the caller's may be rude; the client neither panics nor calls a write unsent that may have left.
func TestTransport_UntracedLeavesWritesOpen(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]roundTrip{
		"no request": func(r *http.Request) (*http.Response, error) {
			resp := response(r, 200, "{}")
			resp.Request = nil
			return resp, nil
		},
		"no request, gzip": func(r *http.Request) (*http.Response, error) {
			resp := response(r, 200, "{}", "Content-Encoding", "gzip")
			resp.Request = nil
			return resp, nil
		},
		"an answer without a connection": func(r *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(r.Context()).GetConn("api.example.com:443")
			return response(r, 201, "{}"), nil
		},
		"no header": func(r *http.Request) (*http.Response, error) {
			resp := response(r, 200, "{}")
			resp.Header = nil
			return resp, nil
		},
		"no body": func(r *http.Request) (*http.Response, error) {
			resp := response(r, 200, "{}")
			resp.Body = nil
			return resp, nil
		},
		"nothing": func(*http.Request) (*http.Response, error) { return nil, nil },
		"both":    func(r *http.Request) (*http.Response, error) { return response(r, 201, made), errors.New("broken") },
		"no trace": func(*http.Request) (*http.Response, error) {
			return nil, errors.New("broken")
		},
		"a body that breaks, no trace": func(r *http.Request) (*http.Response, error) {
			resp := response(r, 201, made[:9])
			resp.ContentLength = -1
			resp.Body = brokenBody{resp.Body}
			return resp, nil
		},
		"a connection only, no search": func(r *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
			return nil, errors.New("broken")
		},
	} {
		for method, do := range readAndWrite() {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				sent := 0
				c := newClient(t, "https://api.example.com", withTransport(roundTrip(func(r *http.Request) (*http.Response, error) {
					sent++
					return transport(r)
				})))
				if method == http.MethodGet {
					c = newClient(t, "https://api.example.com", client.WithMaxRetries(0), withTransport(transport))
				}
				err := do(t.Context(), c)
				if err == nil {
					t.Fatal("no error")
				}
				if want := method == http.MethodPost; client.MaybeApplied(err) != want {
					t.Errorf("MaybeApplied is %v for %v", !want, err)
				}
				if sent > 1 {
					t.Errorf("sent %d times", sent)
				}
			})
		}
	}
}

type brokenBody struct{ rest interface{ Close() error } }

func (brokenBody) Read([]byte) (int, error) { return 0, errors.New("the pipe broke") }

func (b brokenBody) Close() error { return b.rest.Close() }

// A transport that wraps net/http's passes its trace on, so what never left is known as such.
func TestTransport_WrappedProvesNeverSent(t *testing.T) {
	t.Parallel()
	inner := &http.Transport{Proxy: nil}
	t.Cleanup(inner.CloseIdleConnections)
	l := listen(t)
	_ = l.Close()
	c := newClient(t, "http://"+l.Addr().String(), client.WithMaxRetries(0), withTransport(roundTrip(inner.RoundTrip)))
	err := readAndWrite()[http.MethodPost](t.Context(), c)
	if te := wantTransportError(t, err, "connection_failed"); te.MaybeApplied {
		t.Errorf("%v counts as possibly applied", err)
	}
}

func TestTransport_RefusedConnectionNeverSent(t *testing.T) {
	t.Parallel()
	l := listen(t)
	_ = l.Close()
	for _, url := range []string{"http://" + l.Addr().String(), "https://" + l.Addr().String(), "http://nowhere.invalid", "http://127.0.0.1:0"} {
		for method, do := range readAndWrite() {
			err := do(t.Context(), newClient(t, url, client.WithMaxRetries(0), withTLS(nil, nil)))
			if te := wantTransportError(t, err, "connection_failed"); te.MaybeApplied || te.Status != 0 {
				t.Errorf("%s %s: %+v", method, url, te)
			}
		}
	}
}

func TestTransport_RedirectWithoutRequest(t *testing.T) {
	t.Parallel()
	s := &spy{reply: func(number int, r *http.Request) *http.Response {
		resp := response(r, 200, emptyPage)
		if number == 1 {
			resp = response(r, 307, "", "Location", "/v1/customers/")
		}
		resp.Request = nil
		return resp
	}}
	if err := readAndWrite()[http.MethodGet](t.Context(), newClient(t, "https://api.example.com", withTransport(s))); err != nil {
		t.Error(err)
	}
	if len(s.asked) != 2 || s.asked[1].URL.String() != "https://api.example.com/v1/customers/" {
		t.Errorf("%d requests", len(s.asked))
	}
}
