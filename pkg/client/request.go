package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const maxRedirects = 3

// call is one request of the API, ready to be attempted any number of times.
type call struct {
	method string
	path   string // below the base URL, already escaped
	query  url.Values
	body   []byte
	limit  int64
	// decode reads the body of a 2xx answer. Its error means that the answer breaks the contract.
	decode func(answer) error
}

// answer is a 2xx answer with its whole body.
type answer struct {
	status int
	header http.Header
	body   []byte
	warn   func(string)
}

// attempt sends the request once and reads the whole answer. The error is an *Error or a *TransportError.
func (c *Client) attempt(ctx context.Context, cl call, number int) error {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, c.config.timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})

	seen := Attempt{Method: cl.method, URL: c.url(cl), Number: number}
	start := time.Now()
	err := c.exchange(ctx, cl, &seen)
	seen.Duration = time.Since(start)
	if err != nil && !isAnswer(err) {
		err = transportError(parent, cl, seen.Status, connected.Load(), err)
	}
	seen.Err = err
	c.config.trace.attempt(seen)
	return err
}

// exchange is the attempt without its bookkeeping; seen is filled as far as it comes.
func (c *Client) exchange(ctx context.Context, cl call, seen *Attempt) error {
	target := seen.URL
	for hop := 0; ; hop++ {
		resp, err := c.send(ctx, cl, target, seen)
		if err != nil {
			return err
		}
		next, follow := redirectTarget(cl.method, resp, hop)
		if follow {
			drain(resp.Body)
			target = next
			continue
		}
		return c.receive(cl, resp, seen)
	}
}

func (c *Client) send(ctx context.Context, cl call, target string, seen *Attempt) (*http.Response, error) {
	r := c.rest.R().SetContext(ctx)
	r.SetHeader("Accept", "application/json").SetHeader("User-Agent", c.config.userAgent)
	if c.config.apiKey != "" {
		r.SetHeader("X-Api-Key", c.config.apiKey)
	} else if c.config.accessToken != "" {
		r.SetHeader("Authorization", "Bearer "+c.config.accessToken)
	}
	if cl.method == http.MethodGet {
		r.SetHeader("Accept-Encoding", "gzip")
	} else {
		r.SetHeader("Accept-Encoding", "identity").SetHeader("Content-Type", "application/json")
		r.SetBody(bytes.NewReader(cl.body))
	}
	res, err := r.Execute(cl.method, target)
	if r.RawRequest != nil {
		seen.Sent = visibleHeaders(r.RawRequest.Header)
	}
	if err != nil {
		return nil, err
	}
	resp := res.RawResponse
	seen.Status, seen.Received = resp.StatusCode, visibleHeaders(resp.Header)
	return resp, nil
}

func (c *Client) receive(cl call, resp *http.Response, seen *Attempt) error {
	defer func() { _ = resp.Body.Close() }()
	ok := resp.StatusCode >= 200 && resp.StatusCode < 300
	limit := cl.limit
	if !ok {
		limit = maxBodyBytes
	}
	body, err := readBody(resp, limit)
	seen.Bytes = len(body)
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 600:
		// The status alone says what happened; a damaged body only costs the server's words.
		e := readError(cl.method, cl.path, resp, body)
		e.RetryAfter = retryAfter(resp.Header, time.Now())
		return e
	case err != nil:
		return err
	case !ok:
		return &contractError{fmt.Errorf("status %d is no answer to a request", resp.StatusCode)}
	}
	body, warning, err := checkJSON(resp, body)
	if err != nil {
		return &contractError{err}
	}
	if warning != "" {
		c.config.trace.warn(warning)
	}
	if err := cl.decode(answer{resp.StatusCode, resp.Header, body, c.config.trace.warn}); err != nil {
		return &contractError{err}
	}
	return nil
}

func (c *Client) url(cl call) string {
	u := c.base.String() + cl.path
	if len(cl.query) > 0 {
		u += "?" + cl.query.Encode()
	}
	return u
}

// redirectTarget follows a read within its own scheme, host and port, at most three times. A write is never
// redirected, and a credential never leaves the host it was meant for.
func redirectTarget(method string, resp *http.Response, hop int) (string, bool) {
	if method != http.MethodGet || hop >= maxRedirects {
		return "", false
	}
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "", false
	}
	to, err := resp.Location()
	if err != nil || to.User != nil {
		return "", false
	}
	from := resp.Request.URL
	if to.Scheme != from.Scheme || !strings.EqualFold(to.Host, from.Host) {
		return "", false
	}
	return to.String(), true
}

// contractError marks a 2xx answer that cannot be what the contract promises.
type contractError struct{ error }

func (e *contractError) Unwrap() error { return e.error }

func isAnswer(err error) bool {
	_, ok := errors.AsType[*Error](err)
	return ok
}

// transportError says what an attempt without a usable answer means. A write counts as possibly applied as soon as
// there was a connection to write to.
func transportError(parent context.Context, cl call, status int, connected bool, err error) *TransportError {
	te := &TransportError{
		Method: cl.method, Path: cl.path, Status: status, Err: unwrapURL(err),
		MaybeApplied: connected && cl.method != http.MethodGet,
	}
	_, contract := errors.AsType[*contractError](err)
	switch {
	case parent.Err() != nil:
		te.Code, te.Err = canceledCode(parent), context.Cause(parent)
	case errors.Is(err, errTooLarge):
		te.Code = "answer_too_large"
	case contract:
		te.Code = "bad_answer"
	case errors.Is(err, context.DeadlineExceeded) && connected:
		te.Code, te.Err = "timeout", fmt.Errorf("no whole answer in time: %w", context.DeadlineExceeded)
	case isTLS(err):
		te.Code = "tls_failed"
	case !connected:
		te.Code = "connection_failed"
	default:
		te.Code = "connection_lost"
	}
	return te
}

// unwrapURL takes off url.Error, which would repeat the method and the whole URL.
func unwrapURL(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}

func isTLS(err error) bool {
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	return verify || unknown || host || invalid || record || alert
}

// describe shows a write without sending it. The credential's header is named, its value is not.
func (c *Client) describe(path string, body []byte) *Request {
	h := http.Header{"Content-Type": {"application/json"}, "User-Agent": {c.config.userAgent}}
	switch {
	case c.config.apiKey != "":
		h.Set("X-Api-Key", "***")
	case c.config.accessToken != "":
		h.Set("Authorization", "Bearer ***")
	}
	return &Request{Method: http.MethodPost, URL: c.base.String() + path, Header: h, Body: body}
}
