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

// Request is a request to an endpoint that this package has no method for, or one that [Trace] shows.
type Request struct {
	Method string      // GET, HEAD, POST, PUT, PATCH or DELETE
	Path   string      // below the base URL, such as /v1/customers?page=2; percent-encoded where it needs to be
	Header http.Header // in addition to the client's own; those of the credential and of the connection are refused
	Body   []byte      // nil for none; JSON unless Header has another Content-Type

	URL    string // only of a shown request: its whole address
	Secret bool   // only of a shown request: it has a body with a password or a token, which is not shown
}

// Do sends any request of the API, under the same rules as every other call: the credential, the limits, redirects,
// and repeats (a GET widely, everything else only when it is proven that it was not carried out). A 2xx need not be JSON,
// but one that is labelled JSON must be, and a page of HTML comes from a proxy and is an error. The answer is
// returned together with an [*Error]; with a [*TransportError] there is none. A request that [Request.Check]
// refuses is not sent.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	cl, part, err := r.call()
	if err != nil {
		return nil, fmt.Errorf("the %s %w", part, err)
	}
	cl.raw = &Response{}
	err = c.do(ctx, cl)
	if _, answered := errors.AsType[*Error](err); err != nil && !answered || cl.raw.Status == 0 {
		return nil, err
	}
	return cl.raw, err
}

// Check reports whether Do would send the request. Otherwise it returns the part that is refused (method, path or header)
// and why.
func (r Request) Check() (part string, err error) {
	_, part, err = r.call()
	return part, err
}

func (r Request) call() (cl *call, part string, err error) {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	if !slices.Contains(methods, r.Method) {
		return nil, "method", fmt.Errorf("must be one of %s (got %q)", strings.Join(methods, ", "), r.Method)
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Body != nil {
		return nil, "method", errors.New(r.Method + " takes no body")
	}
	path, query, err := rawPath(r.Path)
	if err != nil {
		return nil, "path", err
	}
	for name, values := range r.Header {
		if err := checkRawHeader(name, values); err != nil {
			return nil, "header", err
		}
	}
	return &call{method: r.Method, path: path, query: query, header: r.Header, body: r.Body, limit: maxListBytes}, "", nil
}

// rawPath keeps a path below the base URL: no other host, no way up, no slash in disguise.
func rawPath(text string) (path string, query url.Values, err error) {
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") {
		return "", nil, errors.New("must begin with one slash")
	}
	if strings.ContainsAny(text, "#\\") || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", nil, errors.New("contains a character that no path has (# \\ or a control character)")
	}
	u, err := url.Parse(text)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "", nil, errors.New("cannot be read: is every % followed by two hexadecimal digits?")
	}
	escaped := strings.ToLower(u.EscapedPath())
	if strings.Contains(escaped, "%2f") || strings.Contains(escaped, "%5c") || strings.Contains(escaped, "%00") {
		return "", nil, errors.New("contains an encoded slash, backslash or NUL")
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return "", nil, errors.New("must not have . or .. as a part")
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
		return fmt.Errorf("name %q contains a character that no header has", name)
	case strings.HasPrefix(lower, "proxy-"), slices.Contains([]string{
		"authorization", "x-api-key", "cookie", "host", "idempotency-key", "x-idempotency-key", "accept-encoding",
		"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
	}, lower):
		return errors.New(name + " is set by the client itself")
	}
	for _, v := range values {
		if !httpguts.ValidHeaderFieldValue(v) {
			return errors.New(name + " contains a control character")
		}
	}
	return nil
}
