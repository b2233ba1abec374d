package client

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

// call is one request of the API, ready to be attempted any number of times.
type call struct {
	method string
	path   string // below the base URL, already escaped
	query  url.Values
	header http.Header // beside the client's own
	body   []byte
	limit  int64 // of the answer's body, in bytes
	// decode reads the body of a 2xx answer. Its error means that the answer breaks the contract. Nil: there is none to read.
	decode func(answer) error
	// keep takes a whole answer of any status as it is, in place of decode.
	keep func(*http.Response, []byte)

	secret  string // of the body, that the answer may echo
	token   string // bearer token of the next attempt
	renewed bool   // the token was renewed after a 401

	impatient bool // a 429 is left to the caller
}

// write tells a request that must not be carried out twice.
func (cl call) write() bool { return cl.method != http.MethodGet && !isSignIn(cl.path) }

// answer is a 2xx answer whose body has come whole.
type answer struct {
	status int
	header http.Header
	json   *reader
	warn   func(string)
}

// attempt sends the request once and reads the whole answer. The error is an *Error or a *TransportError.
func (c *Client) attempt(ctx context.Context, cl call, number int) error {
	watch, start := c.config.trace.Attempt, time.Time{}
	p := newProgress(c.config.transport == nil, watch != nil)
	bounded, cancel := context.WithTimeout(ctx, c.config.timeout)
	defer cancel()

	seen := sighting{Attempt: Attempt{Method: cl.method, URL: c.url(cl), Number: number}}
	if watch != nil {
		start = time.Now()
	}
	err := c.exchange(httptrace.WithClientTrace(bounded, p.hooks()), cl, &seen)
	if err != nil && !isAnswer(err) {
		err = transportError(ctx, cl, seen, p, err)
	}
	if watch != nil {
		end := time.Now()
		seen.Duration, seen.Timing, seen.Err = end.Sub(start), p.watch.read(end), err
		seen.Sent, seen.Received = visibleHeaders(seen.sent), visibleHeaders(seen.received)
		watch(seen.Attempt)
	}
	return err
}

// sighting is an attempt with what only this package may see of it.
type sighting struct {
	Attempt
	sent, received http.Header
}

// exchange is the attempt without its bookkeeping; seen is filled as far as it comes.
func (c *Client) exchange(ctx context.Context, cl call, seen *sighting) error {
	target := seen.URL
	for hop := 0; ; hop++ {
		resp, err := c.send(ctx, cl, target, seen) //nolint:bodyclose // receive and drain close it
		if err != nil {
			return err
		}
		next, follow := redirectTarget(cl.method, resp, hop)
		if !follow {
			return c.receive(cl, resp, seen)
		}
		drain(resp.Body)
		target = next
	}
}

func (c *Client) send(ctx context.Context, cl call, target string, seen *sighting) (*http.Response, error) {
	seen.sent = c.header(cl)
	r := c.rest.R().SetContext(withHeader(ctx, seen.sent))
	r.Header = c.stub
	if cl.body != nil {
		r.SetBody(bytes.NewReader(cl.body))
	}
	res, err := r.Execute(cl.method, target)
	if err != nil {
		return nil, err
	}
	resp := res.RawResponse
	restoreLocation(resp.Header)
	c.redactHeader(cl, resp.Header)
	seen.Status, seen.received, seen.TLS = resp.StatusCode, resp.Header, resp.TLS
	return resp, nil
}

func (c *Client) receive(cl call, resp *http.Response, seen *sighting) error {
	defer func() { _ = resp.Body.Close() }()
	status := resp.StatusCode
	if status < 200 || status > 599 {
		// The body is left alone: after 101 it is the bare connection, which no deadline ends.
		return &contractError{fmt.Errorf("status %d is no answer to a request", status)}
	}
	limit := cl.limit
	if status > 299 {
		limit = maxBodyBytes
	}
	body, err := readBody(resp, limit)
	seen.Bytes = len(body)
	if status > 299 {
		// The status alone says what happened; a damaged body only costs the server's words.
		body = c.redact(cl, body)
		if cl.keep != nil {
			cl.keep(resp, body)
		}
		e := readError(cl.method, cl.path, resp, body)
		e.RetryAfter = retryAfter(resp.Header, time.Now())
		return e
	}
	switch {
	case err != nil:
		return err
	case cl.keep != nil:
		return cl.pass(resp, c.redact(cl, body))
	case cl.decode == nil:
		return nil
	}
	return c.understand(cl, resp, body)
}

// understand decodes the body of a 2xx answer, which has to be one JSON value of the contract's shape.
func (c *Client) understand(cl call, resp *http.Response, body []byte) error {
	text := bytes.TrimPrefix(body, []byte(byteOrderMark))
	json := &reader{text: text}
	err := cl.decode(answer{resp.StatusCode, resp.Header, json, c.config.trace.warn})
	if err == nil {
		err = json.end()
	}
	if err != nil {
		if _, invalid := newReader(text); invalid != nil {
			return &contractError{notJSON(resp, c.redact(cl, text), invalid)}
		}
		return &contractError{fmt.Errorf("the answer breaks the contract: %w", err)}
	}
	if kind := mediaType(resp); !isJSONType(kind) {
		c.config.trace.warn(fmt.Sprintf("the server labels its JSON as %q", kind))
	}
	return nil
}

func (c *Client) url(cl call) string {
	u := c.base + cl.path
	if len(cl.query) > 0 {
		u += "?" + cl.query.Encode()
	}
	return u
}
