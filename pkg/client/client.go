package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/go-resty/resty/v2"
)

// Client sends requests to one HydraCore deployment as one tenant. It is safe for concurrent use.
type Client struct {
	// Customers lists, reads, creates and clones end-customers.
	Customers *CustomersService
	// Auth signs in and out, and reads what the credential may do.
	Auth *AuthService

	base   string // without a slash at its end
	rest   *resty.Client
	config config
	bodies sync.Pool // of *[]byte, which the next answers are read into
}

// New returns a client for the deployment at baseURL, an absolute http(s) URL with an optional path, for example
// https://api.hydracore.io. No request is made. It fails when the URL carries more than scheme, host and path, when
// both an API key and an access token are given, and for options that no request could be sent with. Its errors never
// quote a secret. Whether a credential may be sent over http:// is for the caller to decide.
func New(baseURL string, opts ...Option) (*Client, error) {
	base, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	cfg := defaults()
	for _, o := range opts {
		o(&cfg)
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg.transport = newTransport(cfg.transport)
	if err := checkProxy(cfg.transport, base); err != nil {
		return nil, err
	}
	c := &Client{base: base, config: cfg, rest: newResty(cfg.transport)}
	c.Customers = &CustomersService{client: c}
	c.Auth = &AuthService{client: c}
	return c, nil
}

// Close closes idle connections. The client stays usable.
func (c *Client) Close() { c.rest.GetClient().CloseIdleConnections() }

// BaseURL is the deployment's address, without a trailing slash.
func (c *Client) BaseURL() string { return c.base }

// newResty sets resty up as a plain sender: every rule about repeats, redirects, bodies and logging is this package's.
func newResty(rt http.RoundTripper) *resty.Client {
	hc := &http.Client{Transport: answerTransport{rt}}
	rc := resty.NewWithClient(hc) // resty.New would bring a cookie jar
	rc.SetRetryCount(0).SetDoNotParseResponse(true).SetDisableWarn(true).SetLogger(silent{})
	return rc
}

func parseBase(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", errors.New("base URL cannot be parsed") // url.Error would print a password
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return "", errors.New("base URL must start with https:// (or http:// for a local server)")
	case u.Hostname() == "":
		return "", errors.New("base URL has no host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", fmt.Errorf("base URL for %s may have scheme, host and path only", u.Host)
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

// silent drops what resty would print to stderr by itself.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
