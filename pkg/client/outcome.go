package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// progress is how far an attempt came, as net/http tells it. Its hooks run in net/http's goroutines.
type progress struct {
	// traced tells that the transport is known to call the hooks.
	traced atomic.Bool
	// connected tells that there was a connection to write to.
	connected atomic.Bool
	// distrusted tells that a TLS handshake failed for a reason that a repeat cannot cure.
	distrusted atomic.Bool
	watch      *stopwatch // nil when nobody asks for times
	trace      httptrace.ClientTrace
}

func newProgress(traced, timed bool) *progress {
	p := &progress{}
	p.traced.Store(traced)
	if timed {
		p.watch = &stopwatch{}
	}
	return p
}

func (p *progress) hooks() *httptrace.ClientTrace {
	t := &p.trace
	if !p.traced.Load() {
		t.GetConn = func(string) { p.traced.Store(true) }
	}
	t.GotConn = func(httptrace.GotConnInfo) { p.connected.Store(true) }
	t.TLSHandshakeDone = func(_ tls.ConnectionState, err error) {
		if err != nil && !isNetwork(err) {
			p.distrusted.Store(true)
		}
	}
	if p.watch != nil {
		p.watch.watch(t)
	}
	return t
}

// neverSent tells that not one byte of the request can have left.
func (p *progress) neverSent() bool { return p.traced.Load() && !p.connected.Load() }

// isNetwork tells a handshake that the network ended from one that a side refused.
func isNetwork(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op != "remote error" && op.Op != "local error" // these two are TLS alerts
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled)
}

// contractError marks a 2xx answer that cannot be what the contract promises.
type contractError struct{ error }

func (e *contractError) Unwrap() error { return e.error }

func isAnswer(err error) bool {
	_, ok := errors.AsType[*Error](err)
	return ok
}

// transportError says what an attempt without a usable answer means. A write counts as possibly applied unless it is
// certain that there never was a connection to write to.
func transportError(ctx context.Context, cl call, seen sighting, p *progress, err error) *TransportError {
	unsent := seen.Status == 0 && p.neverSent()
	te := &TransportError{
		Method: cl.method, Path: cl.path, Status: seen.Status, RequestID: seen.received.Get("X-Request-Id"),
		Err: unwrapURL(err), MaybeApplied: !unsent && cl.write(),
	}
	_, contract := errors.AsType[*contractError](err)
	late := errors.Is(err, context.DeadlineExceeded)
	switch {
	case ctx.Err() != nil:
		te.Code, te.Err = endOf(ctx)
	case errors.Is(err, errTooLarge):
		te.Code = "answer_too_large"
	case contract:
		te.Code = "bad_answer"
	case unsent && p.distrusted.Load():
		te.Code = "tls_failed"
	case unsent && late:
		te.Code, te.Err = "connection_failed", fmt.Errorf("no connection in time: %w", context.DeadlineExceeded)
	case unsent:
		te.Code = "connection_failed"
	case late:
		te.Code, te.Err = "timeout", fmt.Errorf("no whole answer in time: %w", context.DeadlineExceeded)
	default:
		te.Code = "connection_lost"
	}
	return te
}

// unsentError is a call that ended before its next attempt.
func unsentError(ctx context.Context, cl call, err error) *TransportError {
	te := &TransportError{Method: cl.method, Path: cl.path, Code: "canceled", Err: err}
	if ctx.Err() != nil {
		te.Code, te.Err = endOf(ctx)
	} else if _, ok := ctx.Deadline(); ok {
		te.Code = "timeout" // the limiter saw that its turn would come too late
	}
	return te
}

// endOf tells a caller's own end from a deadline, with the cause that the caller gave.
func endOf(ctx context.Context) (code string, err error) {
	code = "canceled"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code = "timeout"
	}
	return code, &endError{cause: context.Cause(ctx), kind: ctx.Err()}
}

// endError reads like the caller's cause and is the context's error too.
type endError struct{ cause, kind error }

func (e *endError) Error() string { return e.cause.Error() }

func (e *endError) Unwrap() []error { return []error{e.cause, e.kind} }

// unwrapURL takes off url.Error, which would repeat the method and the whole URL.
func unwrapURL(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}
