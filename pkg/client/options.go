package client

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Option sets one thing of a [Client]; see [New].
type Option func(*config)

// config is what the options add up to.
type config struct {
	apiKey      string
	accessToken string
	tokens      TokenSource
	userAgent   string
	retries     int
	timeout     time.Duration
	waitBudget  time.Duration
	limiter     Limiter
	trace       Trace
	preview     func(*Request) error
	roots       *x509.CertPool
	proxy       func(*http.Request) (*url.URL, error)
	transport   http.RoundTripper
}

// Limiter paces requests. [golang.org/x/time/rate.Limiter] is one.
type Limiter interface {
	// Wait blocks until the next attempt may leave. It is called once before every attempt, repeats included, and from
	// several goroutines. Its error, as a rule the context's, ends the call with nothing more sent.
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

// WithAPIKey authenticates by the X-Api-Key header. The key is visible ASCII; "" sends none.
func WithAPIKey(key string) Option { return func(c *config) { c.apiKey = key } }

// WithAccessToken authenticates by a bearer token in the Authorization header. The token is visible ASCII; "" sends
// none. A client has a key or a token, never both.
func WithAccessToken(token string) Option { return func(c *config) { c.accessToken = token } }

// WithTokenSource authenticates by the bearer tokens that s gives, in place of a key or a token. It is asked before every
// attempt. A 401 is met with one renewal and one repeat, which [WithMaxRetries] does not count.
func WithTokenSource(s TokenSource) Option { return func(c *config) { c.tokens = s } }

// WithUserAgent replaces the User-Agent header, which is hydractl-go.
func WithUserAgent(ua string) Option { return func(c *config) { c.userAgent = ua } }

// WithMaxRetries says how often a call is repeated after its first attempt; 4 by default, 0 for never, less counts as 0.
// What may be repeated at all is not a matter of choice: see the package's documentation.
func WithMaxRetries(n int) Option { return func(c *config) { c.retries = max(n, 0) } }

// WithAttemptTimeout bounds one attempt from dial to the last byte of the answer; 30 s by default, more than 0. The
// whole call is bounded by its context.
func WithAttemptTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithWaitBudget bounds the time that one call may spend waiting for a rate limit; one hour by default, 0 for no wait
// at all. A wait that would go beyond it, or beyond the context's deadline, is not begun: the call returns the 429 at
// once.
func WithWaitBudget(d time.Duration) Option { return func(c *config) { c.waitBudget = d } }

// WithLimiter paces every attempt; by default nothing does.
func WithLimiter(l Limiter) Option { return func(c *config) { c.limiter = l } }

// WithTrace watches attempts, waits and warnings, beside the traces given before. No credential is passed to it.
func WithTrace(t Trace) Option { return func(c *config) { c.trace = c.trace.and(t) } }

// WithRootCAs trusts these roots in place of the system's. There is no way to trust everything.
func WithRootCAs(pool *x509.CertPool) Option { return func(c *config) { c.roots = pool } }

// WithProxy chooses the proxy of a request; by default the environment does, as [http.ProxyFromEnvironment] says. Nil
// means no proxy. A proxy for an http:// base URL is refused by [New]: it would read the credential.
func WithProxy(f func(*http.Request) (*url.URL, error)) Option {
	return func(c *config) { c.proxy = f }
}

// WithTransport sends through rt in place of a transport of the client's own, whose limits, time-outs, proxy and roots
// are then rt's business. A write that fails in rt counts as never sent only when rt reports by httptrace that it
// looked for a connection (GetConn) and got none (GotConn), as [http.Transport] does.
func WithTransport(rt http.RoundTripper) Option { return func(c *config) { c.transport = rt } }

// check refuses a configuration that no request could be sent with. The errors never quote a credential.
func (c *config) check(base string) error {
	switch {
	case c.apiKey != "" && (c.accessToken != "" || c.tokens != nil):
		return errors.New("an API key and an access token were given: use one of them")
	case strings.ContainsFunc(c.apiKey, invisibleASCII):
		return errors.New("the API key holds a character that no key has (only visible ASCII)")
	case strings.ContainsFunc(c.accessToken, invisibleASCII):
		return errors.New("the access token holds a character that no token has (only visible ASCII)")
	case !httpguts.ValidHeaderFieldValue(c.userAgent):
		return errors.New("the user agent holds a control character")
	case c.timeout <= 0:
		return fmt.Errorf("the request timeout is %s; it must be longer than 0", c.timeout)
	}
	return c.checkProxy(base)
}

func invisibleASCII(r rune) bool { return r < '!' || r > '~' }

// checkProxy finds a proxy that cannot be used before the first request does.
func (c *config) checkProxy(base string) error {
	if c.transport != nil || c.proxy == nil {
		return nil
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, base, http.NoBody)
	if err != nil {
		return err
	}
	_, err = safeProxy(c.proxy)(r)
	return err
}

func (c *config) roundTripper() http.RoundTripper {
	if c.transport != nil {
		return c.transport
	}
	return newTransport(c.roots, c.proxy)
}

// minSecret is the length from which a credential is looked for in the server's words.
const minSecret = 8

// redact takes the credentials out of words that the server may have echoed.
func (c *Client) redact(cl call, text []byte) []byte {
	return []byte(c.redactText(cl, string(text)))
}

func (c *Client) redactText(cl call, text string) string {
	for _, secret := range [...]string{c.config.apiKey, c.config.accessToken, cl.token, cl.secret} {
		if len(secret) >= minSecret {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

func (c *Client) redactHeader(cl call, h http.Header) {
	for _, values := range h {
		for i, v := range values {
			values[i] = c.redactText(cl, v)
		}
	}
}
