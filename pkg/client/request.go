package client

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// request is a request of the API as it goes to the server, without a credential.
type request struct {
	method string
	path   string // below the base URL, already escaped
	query  url.Values
	header http.Header // in addition to the client's own
	body   []byte
	secret string // in the body, which the answer may echo
}

// isWrite reports whether the request must not be carried out twice.
func (r *request) isWrite() bool { return r.method != http.MethodGet && !r.isSignIn() }

// isSignIn reports whether the request signs in or out: it may be carried out twice, and carries no credential.
func (r *request) isSignIn() bool {
	return r.path == loginPath || r.path == refreshPath || r.path == logoutPath
}

// call is a request with the way in which its answer is read.
type call struct {
	request

	limit  int64 // of the body of a 2xx answer, in bytes
	answer answerReader
	noWait bool // a wait that the server asks for is left to the caller

	token   string // bearer token of the next attempt
	renewed bool   // the token was renewed after a 401
}

func (c *Client) url(r *request) string {
	u := c.base + r.path
	if len(r.query) > 0 {
		u += "?" + r.query.Encode()
	}
	return u
}

// header returns all that a call's request carries: a prepared one where nothing is special about the call, because an
// import sends it a million times.
func (c *Client) header(cl *call) http.Header {
	if cl.token != "" || len(cl.header) > 0 || cl.isSignIn() || c.readHeader == nil {
		return newHeader(c.config, cl)
	}
	switch {
	case !cl.isWrite():
		return c.readHeader
	case cl.body != nil:
		return c.writeHeader
	}
	return newHeader(c.config, cl)
}

func newHeader(cfg config, cl *call) http.Header {
	h := http.Header{"Accept": {"application/json"}, "User-Agent": {cfg.userAgent}}
	switch {
	case cl.isSignIn():
	case cfg.apiKey != "":
		h["X-Api-Key"] = []string{cfg.apiKey}
	case cl.token != "":
		h["Authorization"] = []string{"Bearer " + cl.token}
	}
	encoding := "identity"
	if cl.method == http.MethodGet {
		encoding = "gzip"
	}
	h["Accept-Encoding"] = []string{encoding}
	if cl.body != nil {
		h["Content-Type"] = []string{"application/json"}
	}
	for name, values := range cl.request.header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}

// HiddenBody stands in a [Request] for a body that is secret.
const HiddenBody = "***"

// Request is a request as it would be sent, for showing it.
type Request struct {
	Method string
	URL    string
	Header http.Header // with *** for the credential
	Body   []byte      // nil for none, HiddenBody in the requests of /auth, which hold passwords and tokens
}

// WithPreview calls f once for each call, before its first attempt. An error of f ends the call with nothing sent: a
// [*TransportError] whose cause it is. f is called in the goroutine of the call. What this package itself sends to sign
// in and out is not shown.
func WithPreview(f func(*Request) error) Option { return func(c *config) { c.preview = f } }

// preview shows the call to the function of WithPreview.
func (c *Client) preview(cl *call) error {
	if _, raw := cl.answer.(*rawAnswer); c.config.preview == nil || cl.isSignIn() && !raw {
		return nil
	}
	return c.config.preview(c.describe(cl))
}

// describe returns the request of a call as it would be sent. The credential's header is named, its value is not.
func (c *Client) describe(cl *call) *Request {
	h := http.Header{"User-Agent": {c.config.userAgent}}
	if cl.body != nil {
		h.Set("Content-Type", "application/json")
	}
	maps.Copy(h, cl.request.header)
	switch {
	case cl.isSignIn():
	case c.config.apiKey != "":
		h.Set("X-Api-Key", "***")
	case c.config.accessToken != "" || c.config.tokens != nil:
		h.Set("Authorization", "Bearer ***")
	}
	body := cl.body
	if body != nil && strings.HasPrefix(cl.path, "/auth/") {
		body = []byte(HiddenBody)
	}
	return &Request{Method: cl.method, URL: c.url(&cl.request), Header: h, Body: body}
}

// bodyWriter writes the JSON object of a request, member by member: an import writes a million of them.
type bodyWriter struct {
	text []byte // every member with a comma before it
	err  error  // of the first text that is not UTF-8
}

// add writes a text, nothing for nil.
func (b *bodyWriter) add(name string, value *string) {
	if value == nil || b.err != nil {
		return
	}
	b.name(name)
	b.text, b.err = jsontext.AppendQuote(b.text, *value)
}

func (b *bodyWriter) name(name string) {
	b.text = append(b.text, `,"`...)
	b.text = append(b.text, name...)
	b.text = append(b.text, `":`...)
}

func (b *bodyWriter) object() ([]byte, error) {
	if b.err != nil {
		return nil, b.err
	}
	if len(b.text) == 0 {
		return []byte("{}"), nil
	}
	b.text[0] = '{'
	return append(b.text, '}'), nil
}

func (r CreateRequest) body() ([]byte, error) {
	b := bodyWriter{text: make([]byte, 0, 256)}
	b.add("company_name", r.CompanyName)
	b.add("country_code", r.CountryCode)
	b.add("currency", r.Currency)
	b.add("email", r.Email)
	b.add("industry", r.Industry)
	b.add("locale", r.Locale)
	b.add("timezone", r.Timezone)
	return b.object()
}

func (r CloneRequest) body(source string) ([]byte, error) {
	var b bodyWriter
	b.add("company_name", &r.CompanyName)
	b.add("email", r.Email)
	if r.CloneRules != nil {
		b.name("clone_rules")
		b.text = strconv.AppendBool(b.text, *r.CloneRules)
	}
	b.add("source_customer_id", &source)
	return b.object()
}
