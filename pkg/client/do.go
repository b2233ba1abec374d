package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// RawRequest is a request to an endpoint that this package has no method for.
type RawRequest struct {
	Method string      // GET, POST, PUT, PATCH or DELETE
	Path   string      // below the base URL, such as /v1/customers?page=2; percent-encoded where it needs to be
	Header http.Header // beside the client's own; those of the credential and of the connection are refused
	Body   []byte      // nil for none; JSON unless Header has another Content-Type
}

// Do sends any request of the API, under the same rules as every other call: the credential, the limits, redirects,
// and repeats (a GET widely, everything else only when it is proven that it was not carried out). A 2xx need not be JSON,
// but one that is labelled JSON must be, and a page of HTML is a proxy's and not believed. The answer is
// returned beside an [*Error], and without one when a [*TransportError] tells that none came. A request that cannot be
// sent is refused by a [*RequestError].
func (c *Client) Do(ctx context.Context, r RawRequest) (*Response, error) {
	cl, err := r.call()
	if err != nil {
		return nil, err
	}
	raw := &rawAnswer{}
	cl.answer = raw
	err = c.do(ctx, cl)
	if _, answered := errors.AsType[*Error](err); err != nil && !answered {
		return nil, err
	}
	return raw.response, err
}

// DescribeRaw gives the request that Do would send, and sends nothing. It fails where Do would not send.
func (c *Client) DescribeRaw(r RawRequest) (*Request, error) {
	cl, err := r.call()
	if err != nil {
		return nil, err
	}
	return c.describe(cl), nil
}

// Check tells whether Do would send the request, by a [*RequestError].
func (r RawRequest) Check() error {
	_, err := r.call()
	return err
}

// RequestError is a raw request that was refused here, with nothing sent.
type RequestError struct {
	Part    string // method, path or header
	Message string
}

// Error says what is wrong with which part.
func (e *RequestError) Error() string { return "the " + e.Part + " " + e.Message }

func (r RawRequest) call() (*call, error) {
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	if !slices.Contains(methods, r.Method) {
		return nil, &RequestError{"method", fmt.Sprintf("%q is none of %s", r.Method, strings.Join(methods, ", "))}
	}
	if r.Method == http.MethodGet && r.Body != nil {
		return nil, &RequestError{"method", "GET takes no body"}
	}
	path, query, err := rawPath(r.Path)
	if err != nil {
		return nil, &RequestError{"path", err.Error()}
	}
	for name, values := range r.Header {
		if err := checkRawHeader(name, values); err != nil {
			return nil, err
		}
	}
	return &call{request: request{method: r.Method, path: path, query: query, header: r.Header, body: r.Body}, limit: maxListBytes}, nil
}

// rawPath keeps a path below the base URL: no other host, no way up, no slash in disguise.
func rawPath(text string) (path string, query url.Values, err error) {
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") {
		return "", nil, errors.New("must begin with one slash")
	}
	if strings.ContainsAny(text, "#\\") || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", nil, errors.New("holds a character that no path has (# \\ or a control character)")
	}
	u, err := url.Parse(text)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "", nil, errors.New("cannot be read: is every % followed by two hexadecimal digits?")
	}
	escaped := strings.ToLower(u.EscapedPath())
	if strings.Contains(escaped, "%2f") || strings.Contains(escaped, "%5c") || strings.Contains(escaped, "%00") {
		return "", nil, errors.New("holds an encoded slash, backslash or NUL")
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return "", nil, errors.New("may not hold . or .. as a part")
		}
	}
	query, err = url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", nil, errors.New("has a query that cannot be read: write ; and % as %3B and %25")
	}
	return u.EscapedPath(), query, nil
}

// checkRawHeader refuses what is the client's own business: the credential, which host it goes to, how the bytes of
// the request are framed, and the keys that make net/http repeat a write.
func checkRawHeader(name string, values []string) error {
	switch lower := strings.ToLower(name); {
	case !httpguts.ValidHeaderFieldName(name):
		return &RequestError{"header", fmt.Sprintf("name %q holds a character that no header has", name)}
	case strings.HasPrefix(lower, "proxy-"), slices.Contains([]string{
		"authorization", "x-api-key", "cookie", "host", "idempotency-key", "x-idempotency-key", "accept-encoding",
		"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
	}, lower):
		return &RequestError{"header", name + " is set by the client itself"}
	}
	for _, v := range values {
		if !httpguts.ValidHeaderFieldValue(v) {
			return &RequestError{"header", name + " holds a control character"}
		}
	}
	return nil
}
