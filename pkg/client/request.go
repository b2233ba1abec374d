package client

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// call is a request of the API and the way in which its answer is read.
type call struct {
	method string
	path   string // below the base URL, already escaped
	query  url.Values
	header http.Header // in addition to the client's own
	body   []byte
	secret string // in the body, which the answer may echo

	limit  int64                          // of the body of a 2xx answer, in bytes; 0 for maxBodyBytes
	decode func(*reader, *Response) error // reads a 2xx answer; nil for a body that does not matter
	raw    *Response                      // takes an answer of any status as it is; nil for a call with decode
	noWait bool                           // a wait that the server asks for is left to the caller

	token   string // bearer token of the next attempt
	renewed bool   // the token was renewed after a 401
}

// isWrite reports whether the request must not be carried out twice.
func (cl *call) isWrite() bool {
	return cl.method != http.MethodGet && cl.method != http.MethodHead && !cl.isSignIn()
}

// isSignIn reports whether the request signs in or out: it may be carried out twice, and carries no credential.
func (cl *call) isSignIn() bool {
	return cl.path == loginPath || cl.path == refreshPath || cl.path == logoutPath
}

func (c *Client) url(cl *call) string {
	u := c.base + cl.path
	if len(cl.query) > 0 {
		u += "?" + cl.query.Encode()
	}
	return u
}

// header returns all that a call's request carries.
func (c *Client) header(cl *call) http.Header {
	h := http.Header{"Accept": {"application/json"}, "User-Agent": {c.config.userAgent}}
	switch {
	case cl.isSignIn():
	case c.config.apiKey != "":
		h["X-Api-Key"] = []string{c.config.apiKey}
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
	for name, values := range cl.header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}

// preview shows the call to the trace, with the name of the credential's header and not its value.
func (c *Client) preview(cl *call) error {
	if len(c.config.traces) == 0 || cl.isSignIn() && cl.raw == nil {
		return nil
	}
	h := http.Header{"User-Agent": {c.config.userAgent}}
	if cl.body != nil {
		h.Set("Content-Type", "application/json")
	}
	maps.Copy(h, cl.header)
	switch {
	case cl.isSignIn():
	case c.config.apiKey != "":
		h.Set("X-Api-Key", "***")
	case c.config.accessToken != "" || c.config.tokens != nil:
		h.Set("Authorization", "Bearer ***")
	}
	url := c.url(cl)
	shown := &Request{Method: cl.method, Path: strings.TrimPrefix(url, c.base), URL: url, Header: h, Body: cl.body}
	if shown.Secret = cl.body != nil && strings.HasPrefix(cl.path, "/auth/"); shown.Secret {
		shown.Body = nil
	}
	return c.config.traces.call(shown)
}
