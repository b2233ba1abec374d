package client

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Option sets one thing of a [Client].
type Option func(*config)

// config is what the options add up to.
type config struct {
	apiKey      string
	accessToken string
	userAgent   string
	retries     int
	timeout     time.Duration
	waitBudget  time.Duration
	limiter     Limiter
	trace       Trace
	roots       *x509.CertPool
	proxy       func(*http.Request) (*url.URL, error)
	transport   http.RoundTripper
}

// Limiter paces requests. Wait blocks until the next request may leave and returns the context's error when that
// comes first. It is called once before every attempt, repeats included. [golang.org/x/time/rate.Limiter] fits.
type Limiter interface {
	Wait(ctx context.Context) error
}

func defaults() config {
	return config{
		userAgent:  "hydractl-go",
		retries:    4,
		timeout:    30 * time.Second,
		waitBudget: time.Hour,
		proxy:      http.ProxyFromEnvironment,
	}
}

// WithAPIKey authenticates by the X-Api-Key header.
func WithAPIKey(key string) Option { return func(c *config) { c.apiKey = key } }

// WithAccessToken authenticates by a bearer token in the Authorization header.
func WithAccessToken(token string) Option { return func(c *config) { c.accessToken = token } }

// WithUserAgent replaces the User-Agent header.
func WithUserAgent(ua string) Option { return func(c *config) { c.userAgent = ua } }

// WithRetries says how often a request is repeated after its first attempt, 0 or more; 4 by default.
func WithRetries(n int) Option { return func(c *config) { c.retries = max(n, 0) } }

// WithRequestTimeout bounds one attempt from dial to the last byte of the answer; 30 s by default.
func WithRequestTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithWaitBudget bounds the time that one call may spend waiting for a rate limit; one hour by default. A wait that
// would go beyond it, or beyond the context's deadline, is not begun: the call returns the 429 at once.
func WithWaitBudget(d time.Duration) Option { return func(c *config) { c.waitBudget = d } }

// WithLimiter paces every attempt.
func WithLimiter(l Limiter) Option { return func(c *config) { c.limiter = l } }

// WithTrace watches attempts, waits and warnings. Nothing secret is passed to it.
func WithTrace(t Trace) Option { return func(c *config) { c.trace = t } }

// WithRootCAs trusts these roots in place of the system's.
func WithRootCAs(pool *x509.CertPool) Option { return func(c *config) { c.roots = pool } }

// WithProxy chooses the proxy of a request; by default the environment does.
func WithProxy(f func(*http.Request) (*url.URL, error)) Option { return func(c *config) { c.proxy = f } }

// WithTransport sends through rt in place of a transport of the client's own, whose limits and time-outs are then
// rt's business. A write that fails in rt counts as never sent unless rt reports a connection by httptrace's GotConn.
func WithTransport(rt http.RoundTripper) Option { return func(c *config) { c.transport = rt } }

// checkCredential refuses what cannot be a header value. The error never quotes it.
func (c *config) checkCredential() error {
	outside := func(r rune) bool { return r < '!' || r > '~' }
	if strings.ContainsFunc(c.apiKey, outside) {
		return errors.New("the API key holds a character that no key has (only visible ASCII)")
	}
	if strings.ContainsFunc(c.accessToken, outside) {
		return errors.New("the access token holds a character that no token has (only visible ASCII)")
	}
	return nil
}

func (c *config) roundTripper() http.RoundTripper {
	if c.transport != nil {
		return c.transport
	}
	return newTransport(c.roots, c.proxy)
}
