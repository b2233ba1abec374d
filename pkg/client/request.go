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
func (r *request) isWrite() bool {
	return r.method != http.MethodGet && r.method != http.MethodHead && !r.isSignIn()
}

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

// preview shows the call to the trace, with the name of the credential's header and not its value.
func (c *Client) preview(cl *call) error {
	if _, raw := cl.answer.(*rawAnswer); c.config.trace.Call == nil || cl.isSignIn() && !raw {
		return nil
	}
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
	url := c.url(&cl.request)
	shown := &Request{Method: cl.method, Path: strings.TrimPrefix(url, c.base), URL: url, Header: h, Body: cl.body}
	if shown.Secret = cl.body != nil && strings.HasPrefix(cl.path, "/auth/"); shown.Secret {
		shown.Body = nil
	}
	return c.config.trace.Call(shown)
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
