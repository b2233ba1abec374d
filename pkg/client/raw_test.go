package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestDo_SendsAsGiven(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		request client.Request
		target  string
		kind    string
	}{
		{client.Request{Method: "GET", Path: "/v1/customers?per_page=2&search=a%2Bb@example.com"}, "/v1/customers?per_page=2&search=a%2Bb%40example.com", ""},
		{client.Request{Method: "POST", Path: "/v1/customers", Body: []byte(`{"email":null}`)}, "/v1/customers", "application/json"},
		{client.Request{Method: "PUT", Path: "/v1/x%20y", Body: []byte("a,b"), Header: http.Header{"content-type": {"text/csv"}}}, "/v1/x%20y", "text/csv"},
		{client.Request{Method: "PATCH", Path: "/v1/x", Body: []byte{}, Header: http.Header{"If-Match": {`"7"`}}}, "/v1/x", "application/json"},
		{client.Request{Method: "DELETE", Path: "/v1/x"}, "/v1/x", ""},
		{client.Request{Method: "DELETE", Path: "/v1/x", Body: []byte(`[1]`)}, "/v1/x", "application/json"},
	} {
		w := serveWire(t, send(whole(200, "application/json", `{"a":1}`)))
		got, err := newClient(t, w.url).Do(t.Context(), c.request)
		if err != nil || got.Status != 200 || string(got.Body) != `{"a":1}` || !got.JSON {
			t.Errorf("%+v: %+v, %v", c.request, got, err)
			continue
		}
		seen := w.seen()[0]
		if seen.method != c.request.Method || seen.target != c.target || seen.body != string(c.request.Body) {
			t.Errorf("%+v went out as %+v", c.request, seen)
		}
		if got := seen.header.Get("Content-Type"); got != c.kind || seen.header.Get("X-Api-Key") != testKey {
			t.Errorf("%+v: the headers are %v", c.request, seen.header)
		}
		if got := seen.header.Get("If-Match"); got != c.request.Header.Get("If-Match") {
			t.Errorf("If-Match is %q", got)
		}
	}
}

func TestDo_KeepsAnyAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply string
		body  string
		json  bool
	}{
		"text":       {whole(200, "text/plain", "# HELP up"), "# HELP up", false},
		"mislabeled": {whole(200, "text/html", `{"a":1}`), `{"a":1}`, true},
		"nothing":    {"HTTP/1.1 204 No Content\r\n\r\n", "", false},
		"a list":     {whole(200, "application/json", `[1, 2]`), `[1, 2]`, true},
		"big number": {whole(200, "application/json", `{"n":10000000000000000000000.0}`), `{"n":10000000000000000000000.0}`, true},
		"the key":    {whole(200, "text/plain", "your key is "+testKey), "your key is ***", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serveWire(t, sendAndClose(c.reply))
			got, err := newClient(t, w.url).Do(t.Context(), client.Request{Method: "GET", Path: "/v1/x"})
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Body) != c.body || got.JSON != c.json {
				t.Errorf("%+v, body %q", got, got.Body)
			}
		})
	}
}

func TestDo_RefusalHasBody(t *testing.T) {
	t.Parallel()
	w := serveWire(t, sendAndClose(whole(422, "application/json", `{"detail":"no, `+testKey+`"}`)))
	got, err := newClient(t, w.url).Do(t.Context(), client.Request{Method: "POST", Path: "/v1/x", Body: []byte("{}")})
	refusal, ok := errors.AsType[*client.Error](err)
	if !ok || refusal.Status != 422 || got == nil || string(got.Body) != `{"detail":"no, ***"}` {
		t.Errorf("%+v, %v", got, err)
	}
}

// The rules of repeats are those of every other call; here is that they are in force.
func TestDo_WriteOnceReadRepeated(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int{"GET": 2, "POST": 1, "PUT": 1, "PATCH": 1, "DELETE": 1} {
		for name, reply := range map[string]string{
			"lost": "", "500": whole(500, "text/plain", "x"), "cut": whole(200, "application/json", `{"a":`), "HTML": whole(201, "text/html", "<p>"),
		} {
			w := serveWire(t, sendAndClose(reply))
			_, err := newClient(t, w.url, client.WithMaxRetries(1)).Do(t.Context(), client.Request{Method: method, Path: "/v1/x"})
			if n := len(w.seen()); n != want || err == nil {
				t.Errorf("%s, %s: %d requests, want %d; %v", method, name, n, want, err)
			}
			if client.MaybeApplied(err) != (method != "GET") {
				t.Errorf("%s, %s: MaybeApplied is %v", method, name, client.MaybeApplied(err))
			}
		}
	}
}

func TestDo_RefusesBadRequest(t *testing.T) {
	t.Parallel()
	w := serveWire(t, send(whole(200, "application/json", "{}")))
	c := newClient(t, w.url)
	for _, path := range []string{
		"", "v1/customers", "//evil.example.com/x", "https://evil.example.com/", "/../x", "/v1/..", "/v1/%2e%2e/x", "/v1/%2E/x", "/v1/a%2fb",
		"/v1/a%5Cb", `/v1\x`, "/v1/x#y", "/v1/\r\nHost: x", "/v1/%zz", "/v1?a=%", "/v1?a;b", "/v1/\x00", "/v1/%00", "/v1?a=\n",
	} {
		if err := send1(t, c, "GET", path, nil, nil); err == nil {
			t.Errorf("the path %q was sent", path)
		}
	}
	for _, name := range []string{
		"Authorization", "x-api-key", "Cookie", "Host", "Idempotency-Key", "X-Idempotency-Key", "Content-Length", "Transfer-Encoding",
		"Connection", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Authorization", "Accept-Encoding", "User-Agent", "a b", "", "a\r\nb",
	} {
		if err := send1(t, c, "GET", "/v1/x", http.Header{name: {"x"}}, nil); err == nil {
			t.Errorf("the header %q was sent", name)
		}
	}
	if err := send1(t, c, "GET", "/v1/x", http.Header{"X-A": {"a\r\nX-Api-Key: b"}}, nil); err == nil {
		t.Error("a header with a line break was sent")
	}
	for _, method := range []string{"", "get", "OPTIONS", "CONNECT", "TRACE", "POST x"} {
		if err := send1(t, c, method, "/v1/x", nil, nil); err == nil {
			t.Errorf("the method %q was sent", method)
		}
	}
	if err := send1(t, c, "GET", "/v1/x", nil, []byte("{}")); err == nil {
		t.Error("a GET with a body was sent")
	}
	if n := len(w.seen()); n > 0 {
		t.Errorf("%d requests left", n)
	}
}

func send1(t *testing.T, c *client.Client, method, path string, h http.Header, body []byte) error {
	t.Helper()
	_, err := c.Do(t.Context(), client.Request{Method: method, Path: path, Header: h, Body: body})
	if err == nil {
		return nil
	}
	if part, checked := (client.Request{Method: method, Path: path, Header: h, Body: body}).Check(); checked == nil || err.Error() != "the "+part+" "+checked.Error() {
		t.Errorf("%s %q: %v, Check returns %s, %v", method, path, err, part, checked)
	}
	return err
}

// Whatever the path, the request goes to the base URL's host and below its path, in one line.
func TestDo_PathStaysBelowBaseURL(t *testing.T) {
	t.Parallel()
	describe := func(path string) (*client.Request, error) {
		return described(t, "https://api.example.com/base", client.WithAPIKey(testKey), func(c *client.Client) error {
			_, err := c.Do(context.Background(), client.Request{Method: "GET", Path: path})
			return err
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"/", ".", "..", "%2e", "%2f", "\\", "a", "@", ":", "//", "?", "#", "%", "é", " ", "\n", "evil.example.com", "http:"})).Draw(t, "parts")
		path := strings.Join(parts, "")
		shown, err := describe(path)
		if err != nil {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, shown.URL, http.NoBody)
		if err != nil {
			t.Fatalf("%q became %q: %v", path, shown.URL, err)
		}
		if r.URL.Host != "api.example.com" || !strings.HasPrefix(r.URL.Path, "/base/") || strings.Contains(r.URL.Path+"/", "/../") || strings.ContainsAny(shown.URL, " \n#") {
			t.Fatalf("%q became %q", path, shown.URL)
		}
	})
}

func TestTraceCall_OncePerCallCanStopIt(t *testing.T) {
	t.Parallel()
	w := serveWire(t, func(c net.Conn, number int) bool {
		reply := whole(500, "text/plain", "x")
		if number > 1 {
			reply = whole(200, "application/json", emptyPage)
		}
		_, _ = io.WriteString(c, reply)
		return false
	})
	held := errors.New("held back")
	var seen []string
	c := newClient(t, w.url, client.WithTrace(client.Trace{Call: func(r *client.Request) error {
		seen = append(seen, r.Method+" "+strings.TrimPrefix(r.URL, w.url)+" "+string(r.Body)+" "+r.Header.Get("X-Api-Key"))
		if r.Method != http.MethodGet {
			return held
		}
		return nil
	}}))
	if _, err := c.Customers.List(t.Context(), client.ListOptions{PerPage: 5}); err != nil {
		t.Fatal(err)
	}
	_, err := c.Customers.Create(t.Context(), client.CreateRequest{CompanyName: new("x")})
	if !errors.Is(err, held) || client.MaybeApplied(err) {
		t.Errorf("%v", err)
	}
	want := []string{"GET /v1/customers?per_page=5  ***", `POST /v1/customers {"company_name":"x"} ***`}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	if n := len(w.seen()); n != 2 {
		t.Errorf("%d requests were sent, want the two of the list", n)
	}
}
