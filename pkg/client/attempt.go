package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

// attempt is one sending of a call and what came back.
type attempt struct {
	client   *Client
	call     *call
	progress progress
	record   Attempt     // for the trace
	sent     http.Header // as they are; only the trace's view of them leaves the package
	received http.Header
}

// attempt sends the call once and reads the whole answer. The error is an *Error or a *TransportError.
func (c *Client) attempt(ctx context.Context, cl *call, number int) error {
	start := time.Now()
	a := &attempt{client: c, call: cl, record: Attempt{Method: cl.method, URL: c.url(cl), Number: number}}
	_, a.progress.traced = c.config.transport.(*http.Transport)
	bounded, cancel := context.WithTimeout(ctx, c.config.timeout)
	defer cancel()
	watched := c.config.traces.watched()
	err := a.exchange(httptrace.WithClientTrace(bounded, a.progress.hooks(watched)))
	if _, answered := errors.AsType[*Error](err); err != nil && !answered {
		err = a.transportError(ctx, err)
	}
	if watched {
		end := time.Now()
		a.progress.read(&a.record, end)
		a.record.Duration, a.record.Err = end.Sub(start), err
		a.record.Sent, a.record.Received = visibleHeaders(a.sent), visibleHeaders(a.received)
		c.config.traces.attempt(a.record)
	}
	return err
}

// exchange sends the request, follows redirects and reads the answer.
func (a *attempt) exchange(ctx context.Context) error {
	target := a.record.URL
	for hop := 0; ; hop++ {
		resp, err := a.send(ctx, target) //nolint:bodyclose // receive and drain close it
		if err != nil {
			return err
		}
		next, follow := redirectTarget(a.call.method, resp, hop)
		if !follow {
			return a.receive(resp)
		}
		drain(resp.Body)
		target = next
	}
}

func (a *attempt) send(ctx context.Context, target string) (*http.Response, error) {
	a.sent = a.client.header(a.call)
	r := a.client.rest.R().SetContext(ctx)
	r.Header = a.sent // all of it: resty adds to a header only what is missing
	if a.call.body != nil {
		r.SetBody(bytes.NewReader(a.call.body))
	}
	res, err := r.Execute(a.call.method, target)
	if err != nil {
		return nil, err
	}
	resp := res.RawResponse
	restoreLocation(resp.Header)
	a.client.redactHeader(a.call, resp.Header)
	a.received = resp.Header
	a.record.Status, a.record.TLS = resp.StatusCode, resp.TLS
	return resp, nil
}

func (a *attempt) receive(resp *http.Response) error {
	defer func() { _ = resp.Body.Close() }()
	status := resp.StatusCode
	if status < 200 || status > 599 {
		// The body is left alone: after 101 it is the bare connection, which no deadline ends.
		return &contractError{fmt.Errorf("status %d is no answer to a request", status)}
	}
	limit := int64(maxBodyBytes)
	if status <= 299 {
		limit = max(limit, a.call.limit)
	}
	spare, _ := a.client.bodies.Get().(*[]byte)
	if spare == nil {
		spare = new([]byte)
	}
	body, err := readBody(resp, limit, (*spare)[:0])
	defer func() { // nothing that is returned shares the memory of the body
		if cap(body) <= maxSpare {
			*spare = body
			a.client.bodies.Put(spare)
		}
	}()
	a.record.Bytes = len(body)
	text := bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) // a byte order mark
	if status > 299 {
		// The status alone says what happened; a damaged body only costs the server's message.
		return a.refused(resp, []byte(a.client.redact(a.call, string(text))))
	}
	switch {
	case err != nil:
		return err
	case a.call.raw != nil:
		return a.readRaw(resp, text)
	case a.call.decode == nil:
		return nil
	}
	return a.decode(resp, text)
}

// refused returns the error for an answer other than 2xx.
func (a *attempt) refused(resp *http.Response, body []byte) error {
	e := readError(a.call, resp, body)
	a.keepRaw(resp, body, e.JSON)
	e.RetryAfter = retryAfter(resp.Header, time.Now())
	return e
}

// transportError returns the error of an attempt without a usable answer. A write counts as possibly applied unless it is
// certain that there never was a connection to write to.
func (a *attempt) transportError(ctx context.Context, err error) *TransportError {
	unsent, distrusted := a.progress.neverSent()
	unsent = unsent && a.record.Status == 0
	te := &TransportError{
		Method: a.call.method, Path: a.call.path, Status: a.record.Status, RequestID: a.received.Get("X-Request-Id"),
		Err: unwrapURL(err), MaybeApplied: !unsent && a.call.isWrite(),
	}
	_, contract := errors.AsType[*contractError](err)
	late := errors.Is(err, context.DeadlineExceeded)
	switch {
	case ctx.Err() != nil:
		te.Code, te.Err = endOf(ctx)
	case errors.Is(err, errTooLarge):
		te.Code = CodeAnswerTooLarge
	case contract:
		te.Code = CodeBadAnswer
	case unsent && distrusted:
		te.Code = CodeTLSFailed
	case unsent && late:
		te.Code, te.Err = CodeConnectionFailed, fmt.Errorf("no connection in time: %w", context.DeadlineExceeded)
	case unsent:
		te.Code = CodeConnectionFailed
		if refused, ok := errors.AsType[*proxyError](err); ok {
			te.Status = refused.status
		}
	case late:
		te.Code, te.Err = codeTimeout, fmt.Errorf("no whole answer in time: %w", context.DeadlineExceeded)
	default:
		te.Code = CodeConnectionLost
	}
	return te
}

// unsentError is a call that ended before its next attempt.
func unsentError(ctx context.Context, cl *call, err error) *TransportError {
	te := &TransportError{Method: cl.method, Path: cl.path, Code: codeCanceled, Err: err}
	if ctx.Err() != nil {
		te.Code, te.Err = endOf(ctx)
	} else if _, ok := ctx.Deadline(); ok {
		te.Code = codeTimeout // the limiter saw that its turn would come too late
	}
	return te
}

// endOf returns the code and the cause of a context that has ended.
func endOf(ctx context.Context) (ErrorCode, error) {
	code := codeCanceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code = codeTimeout
	}
	return code, &endError{cause: context.Cause(ctx), kind: ctx.Err()}
}

// endError reads like the caller's cause and is the context's error too.
type endError struct{ cause, kind error }

func (e *endError) Error() string { return e.cause.Error() }

func (e *endError) Unwrap() []error { return []error{e.cause, e.kind} }

// unwrapURL removes url.Error, which would repeat the method and the whole URL.
func unwrapURL(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}
