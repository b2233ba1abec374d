package client

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-resty/resty/v2"
)

// Client talks to one HydraCore deployment as one tenant. It is safe for concurrent use.
type Client struct {
	// Customers lists, reads, creates and clones end-customers.
	Customers *CustomersService
	// Auth tells what the credential may do.
	Auth *AuthService

	base   *url.URL
	rest   *resty.Client
	config config
}

// New makes a client for the deployment at baseURL, an absolute http(s) URL with an optional path, for example
// https://api.hydracore.io. No request is made. It fails when the URL carries more than scheme, host and path, or
// when both an API key and an access token are given.
func New(baseURL string, opts ...Option) (*Client, error) {
	base, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	cfg := defaults()
	for _, o := range opts {
		o(&cfg)
	}
	if cfg.apiKey != "" && cfg.accessToken != "" {
		return nil, errors.New("an API key and an access token were given: use one of them")
	}
	if err := cfg.checkCredential(); err != nil {
		return nil, err
	}
	c := &Client{base: base, config: cfg}
	c.rest = newResty(cfg)
	c.Customers = &CustomersService{client: c}
	c.Auth = &AuthService{client: c}
	return c, nil
}

// Close lets idle connections go. The client stays usable.
func (c *Client) Close() { c.rest.GetClient().CloseIdleConnections() }

// BaseURL is the deployment's address, without a trailing slash.
func (c *Client) BaseURL() string { return c.base.String() }

// newResty sets resty up as a plain sender: every rule about repeats, redirects, bodies and logging is ours.
func newResty(cfg config) *resty.Client {
	hc := &http.Client{
		Transport: cfg.roundTripper(),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	rc := resty.NewWithClient(hc) // resty.New would bring a cookie jar
	rc.SetRetryCount(0).SetDoNotParseResponse(true).SetDisableWarn(true).SetLogger(silent{})
	rc.SetPreRequestHook(func(_ *resty.Client, r *http.Request) error {
		if r.Method != http.MethodGet {
			r.GetBody = nil // net/http replays a request whose body it can rewind
		}
		return nil
	})
	return rc
}

func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("base URL cannot be parsed") // url.Error would print a password
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("base URL must start with https:// (or http:// for a local server)")
	case u.Host == "":
		return nil, errors.New("base URL has no host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("base URL for %s may hold scheme, host and path only", u.Host)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

// silent drops what resty would print to stderr by itself.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}

// drain reads a little of a body that nobody wants, so that its connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	_ = body.Close()
}
