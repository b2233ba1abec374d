package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Option configures a [Client]; see [New].
type Option func(*config)

// config is the sum of the options.
type config struct {
	apiKey      string
	accessToken string
	tokens      TokenSource
	userAgent   string
	retries     int
	timeout     time.Duration
	waitBudget  time.Duration
	limiter     limiter
	traces      traces
	transport   http.RoundTripper // nil for the client's own
}

type limiter interface {
	Wait(ctx context.Context) error
}

func defaults() config {
	return config{userAgent: "hydractl-go", retries: 4, timeout: 30 * time.Second, waitBudget: time.Hour}
}

// WithAPIKey authenticates by the X-Api-Key header. The key is visible ASCII; "" sends none.
func WithAPIKey(key string) Option { return func(c *config) { c.apiKey = key } }

// WithAccessToken authenticates by a bearer token in the Authorization header. The token is visible ASCII; "" sends
// none. A client has a key or a token, never both.
func WithAccessToken(token string) Option { return func(c *config) { c.accessToken = token } }

// WithTokenSource authenticates by the bearer tokens of s, in place of a key or a token. It is asked before every
// attempt. A 401 is followed by one renewal and one repeat, which [WithMaxRetries] does not count.
func WithTokenSource(s TokenSource) Option { return func(c *config) { c.tokens = s } }

// WithUserAgent replaces the User-Agent header, which is hydractl-go; "" leaves it.
func WithUserAgent(ua string) Option {
	return func(c *config) { c.userAgent = cmp.Or(ua, c.userAgent) }
}

// WithMaxRetries sets how often a call is repeated after its first attempt: 4 by default, 0 or less for never. Which
// failures are repeated is fixed: see the package documentation.
func WithMaxRetries(n int) Option { return func(c *config) { c.retries = max(n, 0) } }

// WithAttemptTimeout bounds one attempt from dial to the last byte of the answer: 30 s by default, more than 0. The
// whole call is bounded by its context.
func WithAttemptTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithWaitBudget bounds the time that one call may spend on waits that the server asks for (Retry-After of a 429 or a
// 503): one hour by default, 0 for no wait at all. A wait beyond it, or beyond the context's deadline, is not begun: the
// call returns the server's answer at once.
func WithWaitBudget(d time.Duration) Option { return func(c *config) { c.waitBudget = d } }

// WithLimiter limits the rate of attempts, for example by a [golang.org/x/time/rate.Limiter]. Wait is called once before
// every attempt, repeats included, and from several goroutines; its error ends the call with nothing more sent.
func WithLimiter(l interface {
	Wait(ctx context.Context) error
},
) Option {
	return func(c *config) { c.limiter = l }
}

// WithTrace watches attempts, waits and warnings, in addition to the traces given before. It never receives a credential.
func WithTrace(t Trace) Option { return func(c *config) { c.traces = append(c.traces, t) } }

// WithHTTPClient sends through hc's Transport, for a proxy, certificate authorities or a transport of one's own. An
// [*http.Transport] is copied, and what could repeat a write or leak the credential is switched off: HTTP/2, long idle
// connections, transparent gzip and a proxy for http:// addresses. Any other RoundTripper is used as it is: a write that
// fails in it counts as never sent only when it reports by httptrace that it looked for a connection (GetConn) and got
// none (GotConn). A Timeout of hc is the attempt timeout; its Jar and CheckRedirect are not used.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) {
		c.transport = hc.Transport
		if hc.Timeout > 0 {
			c.timeout = hc.Timeout
		}
	}
}

// check refuses a configuration that no request could be sent with. The errors never quote a credential.
func (c *config) check() error {
	switch {
	case c.apiKey != "" && (c.accessToken != "" || c.tokens != nil):
		return errors.New("an API key and an access token were given: use one of them")
	case strings.ContainsFunc(c.apiKey, notVisibleASCII):
		return errors.New("the API key contains a character that no key has (only visible ASCII)")
	case strings.ContainsFunc(c.accessToken, notVisibleASCII):
		return errors.New("the access token contains a character that no token has (only visible ASCII)")
	case !httpguts.ValidHeaderFieldValue(c.userAgent):
		return errors.New("the user agent contains a control character")
	case c.timeout <= 0:
		return fmt.Errorf("the attempt timeout is %s; it must be longer than 0", c.timeout)
	}
	return nil
}

func notVisibleASCII(r rune) bool { return r < '!' || r > '~' }

// minSecret is the length from which a credential is looked for in the server's messages.
const minSecret = 8

// redact replaces the credentials in text that the server may have echoed.
func (c *Client) redact(cl *call, text string) string {
	for _, secret := range [...]string{c.config.apiKey, c.config.accessToken, cl.token, cl.secret} {
		if len(secret) >= minSecret {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

func (c *Client) redactHeader(cl *call, h http.Header) {
	for _, values := range h {
		for i, v := range values {
			values[i] = c.redact(cl, v)
		}
	}
}
