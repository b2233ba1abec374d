package client

import (
	"context"
	"net/http"
)

// headerKey is where a request's header waits until it is on the wire.
type headerKey struct{}

// withHeader sends h with the request of ctx. resty and http.Client would each copy it; h is shared, and never written to.
func withHeader(ctx context.Context, h http.Header) context.Context {
	return context.WithValue(ctx, headerKey{}, h)
}

// header is all that a call's request carries: one that is made already where nothing is special about the call, since an
// import sends it a million times. A transport of the caller's gets one of its own, which it may change.
func (c *Client) header(cl call) http.Header {
	if cl.token != "" || len(cl.header) > 0 || isSignIn(cl.path) || c.config.transport != nil {
		return newHeader(c.config, cl)
	}
	switch {
	case !cl.write():
		return c.readHeader
	case cl.body != nil:
		return c.writeHeader
	}
	return newHeader(c.config, cl)
}

func newHeader(cfg config, cl call) http.Header {
	h := http.Header{"Accept": {"application/json"}, "User-Agent": {cfg.userAgent}}
	switch {
	case isSignIn(cl.path):
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
	for name, values := range cl.header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}
