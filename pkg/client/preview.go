package client

import (
	"maps"
	"net/http"
	"strings"
)

// Request is a request as it would be sent, for showing it.
type Request struct {
	Method string
	URL    string
	Header http.Header // with *** for the credential
	Body   []byte      // nil for none, HiddenBody in the requests of /auth, which hold passwords and tokens
}

// HiddenBody stands in a [Request] for a body that is secret.
const HiddenBody = "***"

// WithPreview calls f once for each call, before its first attempt. An error of f ends the call with nothing sent: a
// [*TransportError] whose cause it is. f is called in the goroutine of the call. What this package itself sends to sign
// in and out is not shown.
func WithPreview(f func(*Request) error) Option { return func(c *config) { c.preview = f } }

// describe shows a call without sending it. The credential's header is named, its value is not.
func (c *Client) describe(cl call) *Request {
	h := http.Header{"User-Agent": {c.config.userAgent}}
	if cl.body != nil {
		h.Set("Content-Type", "application/json")
	}
	maps.Copy(h, cl.header)
	switch {
	case isSignIn(cl.path):
	case c.config.apiKey != "":
		h.Set("X-Api-Key", "***")
	case c.config.accessToken != "" || c.config.tokens != nil:
		h.Set("Authorization", "Bearer ***")
	}
	if cl.body != nil && strings.HasPrefix(cl.path, "/auth/") {
		cl.body = []byte(HiddenBody)
	}
	return &Request{Method: cl.method, URL: c.url(cl), Header: h, Body: cl.body}
}

// show lets the preview see the call.
func (c *Client) show(cl call) error {
	if c.config.preview == nil || isSignIn(cl.path) && cl.keep == nil {
		return nil
	}
	return c.config.preview(c.describe(cl))
}
