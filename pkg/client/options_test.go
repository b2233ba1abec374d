package client_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestNew_BaseURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://api.hydracore.io":        "https://api.hydracore.io",
		"https://api.hydracore.io/":       "https://api.hydracore.io",
		"HTTPS://api.hydracore.io:8443//": "https://api.hydracore.io:8443",
		"https://example.com/hydra/core/": "https://example.com/hydra/core",
		"https://example.com/a%2Fb/":      "https://example.com/a%2Fb",
		"https://example.com/%C3%A9":      "https://example.com/%C3%A9",
		"http://127.0.0.1:8080":           "http://127.0.0.1:8080",
		"http://[::1]:8080":               "http://[::1]:8080",
	} {
		c, err := client.New(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if c.BaseURL() != want {
			t.Errorf("%s is %s, want %s", raw, c.BaseURL(), want)
		}
	}
	for _, raw := range []string{
		"", "api.hydracore.io", "//api.hydracore.io", "ftp://example.com", "file:///etc/passwd", "https:", "https://", "https:///path", "https://:443",
		"https:example.com", "https://user@example.com", "https://user:s3cret@example.com", "https://example.com?x=1", "https://example.com?",
		"https://example.com#s3cret", "https://exa mple.com", "https://example.com\n", "https://%zz:s3cret@example.com", "https://example.com:port",
	} {
		c, err := client.New(raw)
		if err == nil {
			t.Errorf("%q is accepted as %s", raw, c.BaseURL())
			continue
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: the error holds the secret: %v", raw, err)
		}
	}
}

func TestNew_CredentialVisibleASCIINeverQuoted(t *testing.T) {
	t.Parallel()
	const secret = "hc_live_s3cret"
	for _, odd := range []string{secret + "\r\n", secret + "\nX-Other: 1", " " + secret, secret + " ", "\t" + secret, secret + "é", secret + "\x00", secret + "\x7f", secret + "\xff"} {
		for kind, option := range map[string]client.Option{"key": client.WithAPIKey(odd), "token": client.WithAccessToken(odd)} {
			_, err := client.New("https://api.example.com", option)
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s %q: %v", kind, odd, err)
			}
		}
	}
	if _, err := client.New("https://api.example.com", client.WithAPIKey(secret), client.WithAccessToken(secret)); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a key and a token: %v", err)
	}
}

func TestNew_RefusesUnusableOptions(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]client.Option{
		"no time":           client.WithAttemptTimeout(0),
		"less than no time": client.WithAttemptTimeout(-time.Second),
		"two lines":         client.WithUserAgent("a\r\nX-Other: 1"),
	} {
		if _, err := client.New("https://api.example.com", option); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRequest_Headers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		option client.Option
		header string
		value  string
	}{
		"key":   {client.WithAPIKey(testKey), "X-Api-Key", testKey},
		"token": {client.WithAccessToken("abc.def"), "Authorization", "Bearer abc.def"},
		"none":  {client.WithAPIKey(""), "", ""},
	} {
		for method, do := range readAndWrite() {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				w := serveWire(t, send(whole(200, "application/json", `{"customers":[],"id":"`+someID+`"}`)))
				c, err := client.New(w.url+"/base%2Fpath/", test.option, client.WithUserAgent("hydractl/1.2"))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(c.Close)
				if err := do(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				r := w.seen()[0]
				want := http.Header{"Accept": {"application/json"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"hydractl/1.2"}}
				if method == http.MethodPost {
					want.Set("Accept-Encoding", "identity")
					want.Set("Content-Type", "application/json")
					want.Set("Content-Length", "28")
				}
				if test.header != "" {
					want.Set(test.header, test.value)
				}
				if got := dumpHeader(r.header); got != dumpHeader(want) {
					t.Errorf("the request carries\n%s\nwant\n%s", got, dumpHeader(want))
				}
				if r.target != "/base%2Fpath/v1/customers" {
					t.Errorf("target %s", r.target)
				}
			})
		}
	}
}

func TestRequest_UserAgentOfItsOwn(t *testing.T) {
	t.Parallel()
	w := serveWire(t, send(whole(200, "application/json", emptyPage)))
	if _, err := newClient(t, w.url, client.WithUserAgent("")).Customers.List(t.Context(), client.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := w.seen()[0].header.Get("User-Agent"); got != "hydractl-go" {
		t.Errorf("User-Agent: %q", got)
	}
}

func dumpHeader(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b)
	return b.String()
}

func TestRequest_IDIsUUID(t *testing.T) {
	t.Parallel()
	s := &spy{reply: func(_ int, r *http.Request) *http.Response { return response(r, 201, made) }}
	c := newClient(t, "https://api.example.com", withTransport(s))
	for _, id := range []string{
		"", "1", "../customers", "..%2f..", someID + "?x=1", someID + "/clone", someID[1:], "x" + someID + "x", `"` + someID + `"`, "{" + someID, someID + "\x00",
		"urn:uuid:" + someID + "x", "urn:xxxx:" + someID, strings.Replace(someID, "-", "/", 1),
	} {
		_, getErr := c.Customers.Get(t.Context(), id)
		_, cloneErr := c.Customers.Clone(t.Context(), id, client.CloneRequest{CompanyName: "Foo"})
		if getErr == nil || cloneErr == nil {
			t.Errorf("%q: %v, %v", id, getErr, cloneErr)
		}
		if client.MaybeApplied(cloneErr) {
			t.Errorf("%q: a clone that was never sent counts as possibly applied", id)
		}
	}
	if len(s.asked) != 0 {
		t.Errorf("%d requests; the first to %s", len(s.asked), s.asked[0].URL)
	}
	for _, id := range []string{someID, strings.ToUpper(someID), "{" + someID + "}", "urn:uuid:" + someID, strings.ReplaceAll(someID, "-", ""), " " + someID + " "} {
		if _, err := c.Customers.Get(t.Context(), id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, r := range s.asked {
		if r.URL.Path != "/v1/customers/"+someID {
			t.Errorf("a request to %s", r.URL.Path)
		}
	}
}

func TestWrite_UnencodableNotSent(t *testing.T) {
	t.Parallel()
	s := &spy{reply: func(_ int, r *http.Request) *http.Response { return response(r, 201, made) }}
	c := newClient(t, "https://api.example.com", withTransport(s))
	bad := "caf\xe9"
	_, createErr := c.Customers.Create(t.Context(), client.CreateRequest{CompanyName: &bad})
	errs := map[string]error{"create": createErr}
	for name, company := range map[string]string{"empty": "", "201 characters": strings.Repeat("ü", 201), "bad UTF-8": bad} {
		_, errs["clone "+name] = c.Customers.Clone(t.Context(), someID, client.CloneRequest{CompanyName: company})
	}
	for name, err := range errs {
		if err == nil || client.MaybeApplied(err) {
			t.Errorf("%s: %v, MaybeApplied %v", name, err, client.MaybeApplied(err))
		}
	}
	if len(s.asked) != 0 {
		t.Errorf("%d requests", len(s.asked))
	}
}

func TestTraceCall_ShowsRequestWithoutCredential(t *testing.T) {
	t.Parallel()
	for kind, option := range map[string]client.Option{"X-Api-Key": client.WithAPIKey(testKey), "Authorization": client.WithAccessToken(testKey)} {
		w := serveWire(t, send(whole(201, "application/json", made)))
		c, err := client.New(w.url, option)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		create := client.CreateRequest{CompanyName: new("Foo, Inc. <&>")}
		clone := client.CloneRequest{CompanyName: "Foo", CloneRules: new(false)}
		first, err := described(t, w.url, option, func(c *client.Client) error {
			_, err := c.Customers.Create(t.Context(), create)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		second, err := described(t, w.url, option, func(c *client.Client) error {
			_, err := c.Customers.Clone(t.Context(), "{"+someID+"}", clone)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(w.seen()); n != 0 {
			t.Fatalf("describing sent %d requests", n)
		}
		if _, err := c.Customers.Create(t.Context(), create); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Customers.Clone(t.Context(), someID, clone); err != nil {
			t.Fatal(err)
		}
		for i, described := range []*client.Request{first, second} {
			sent := w.seen()[i]
			if described.Method != sent.method || described.URL != w.url+sent.target || string(described.Body) != sent.body {
				t.Errorf("described %s %s %s, sent %s %s %s", described.Method, described.URL, described.Body, sent.method, sent.target, sent.body)
			}
			if described.Header.Get("Content-Type") != sent.header.Get("Content-Type") || described.Header.Get(kind) == "" {
				t.Errorf("header %v", described.Header)
			}
			if strings.Contains(dump(described), testKey) {
				t.Errorf("the description holds the key: %+v", described)
			}
		}
	}
}

func TestTrace_HeadersByAllowList(t *testing.T) {
	t.Parallel()
	var got client.Attempt
	w := serveWire(t, send("HTTP/1.1 200 OK\r\nServer: uvicorn\r\nX-Request-Id: r-1\r\nSet-Cookie: session=s3cret\r\nX-Secret: s3cret\r\n"+
		"Content-Type: application/json\r\nContent-Length: 65\r\n\r\n"+emptyPage))
	c := newClient(t, w.url, client.WithTrace(client.Trace{Attempt: func(a client.Attempt) { got = a }}))
	if _, err := c.Customers.List(t.Context(), client.ListOptions{Page: 2, Search: "a+b@example.com"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(dump(got), "s3cret") || strings.Contains(dump(got), testKey) {
		t.Errorf("the trace holds a secret: %+v", got)
	}
	if got.URL != w.url+"/v1/customers?page=2&search=a%2Bb%40example.com" || got.Method != http.MethodGet || got.Status != 200 || got.Number != 1 ||
		got.Bytes != len(emptyPage) || got.Err != nil || got.Duration <= 0 {
		t.Errorf("%+v", got)
	}
	if got.Received.Get("Server") != "uvicorn" || got.Received.Get("X-Request-Id") != "r-1" || got.Sent.Get("X-Api-Key") != "(set)" {
		t.Errorf("%+v", got)
	}
}

func TestTrace_Several(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls []string
		trace := func(name string) client.Option {
			return client.WithTrace(client.Trace{
				Attempt: func(client.Attempt) { calls = append(calls, name+" attempt") },
				Wait:    func(time.Duration, int, error) { calls = append(calls, name+" wait") },
				Warning: func(string) { calls = append(calls, name+" warning") },
			})
		}
		s := &spy{reply: func(number int, r *http.Request) *http.Response {
			if number == 1 {
				return response(r, 503, "")
			}
			return response(r, 200, emptyPage, "Content-Type", "text/plain")
		}}
		c := newClient(t, "https://api.example.com", trace("a"), client.WithTrace(client.Trace{}), trace("b"), withTransport(s))
		if _, err := c.Customers.List(t.Context(), client.ListOptions{}); err != nil {
			t.Fatal(err)
		}
		want := []string{"a attempt", "b attempt", "a wait", "b wait", "a warning", "b warning", "a attempt", "b attempt"}
		if diff := cmp.Diff(want, calls); diff != "" {
			t.Error(diff)
		}
	})
}
