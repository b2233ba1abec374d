package client

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"
)

// Trace watches a client at work. Each function may be nil; they are called in the goroutine of the call that they are
// about, so from several when several calls run at once.
type Trace struct {
	// Call is called once for each call, before its first attempt, with *** for the credential. An error ends the call with
	// nothing sent: a [*TransportError] whose cause it is. What this package itself sends to sign in and out is not shown.
	Call func(*Request) error
	// Attempt is called after each attempt.
	Attempt func(Attempt)
	// Wait is called before a pause, with the number of the attempt to come and the *Error or *TransportError of the last.
	Wait func(pause time.Duration, number int, cause error)
	// Warning is called for an answer that is usable but unexpected, with one sentence about it.
	Warning func(string)
}

// Attempt is one request and its outcome. The times of parts are 0 for a part that did not happen or did not end.
type Attempt struct {
	Method   string
	URL      string        // with the query, which may hold an email, never with credentials
	Number   int           // 1 for the first
	Status   int           // 0 when no answer came
	Duration time.Duration // from dial to the last byte
	DNS      time.Duration
	Connect  time.Duration        // TCP, the first connection that stood
	TLSTime  time.Duration        // the TLS handshake
	Wait     time.Duration        // from the request's last byte to the answer's first
	Read     time.Duration        // from the answer's first byte to its last
	Reused   bool                 // the connection was open already
	Bytes    int                  // of the body, decoded
	Sent     http.Header          // only what can hold no secret; a credential is named as "(set)"
	Received http.Header          // only what can hold no secret
	TLS      *tls.ConnectionState // of the answer's connection, nil without TLS or an answer
	Err      error                // an *Error or a *TransportError, nil for success
}

// visibleHeaders keeps the headers that can hold no secret. An allow-list, because a deny-list misses the next one.
func visibleHeaders(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h { // net/http has made the names canonical
		switch name {
		case "Accept", "Accept-Encoding", "Content-Type", "Content-Length", "Content-Encoding", "User-Agent", "Date",
			"Server", "Retry-After", "X-Request-Id", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset",
			"Location", "Allow", "Via":
			out[name] = values
		case "X-Api-Key", "Authorization":
			out[name] = []string{"(set)"}
		}
	}
	return out
}

// traces are those of a client, in the order in which they were given.
type traces []Trace

func (ts traces) call(r *Request) error {
	for _, t := range ts {
		if t.Call != nil {
			if err := t.Call(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// watched reports whether an attempt is worth recording.
func (ts traces) watched() bool {
	return slices.ContainsFunc(ts, func(t Trace) bool { return t.Attempt != nil })
}

func (ts traces) attempt(a Attempt) {
	for _, t := range ts {
		if t.Attempt != nil {
			t.Attempt(a)
		}
	}
}

func (ts traces) wait(pause time.Duration, number int, cause error) {
	for _, t := range ts {
		if t.Wait != nil {
			t.Wait(pause, number, cause)
		}
	}
}

func (ts traces) warn(text string) {
	for _, t := range ts {
		if t.Warning != nil {
			t.Warning(text)
		}
	}
}

// progress is how far an attempt came, and when, as net/http reports it. Its hooks run in net/http's goroutines, of which
// one may outlive the attempt.
type progress struct {
	mu         sync.Mutex
	traced     bool // the transport is known to call the hooks
	connected  bool // there was a connection to write to
	distrusted bool // a TLS handshake failed for a reason that a repeat cannot cure
	reused     bool // the connection was open already
	at         [marks]time.Time
}

const (
	dnsStart = iota
	dnsDone
	connectStart
	connectDone
	tlsStart
	tlsDone
	wrote
	firstByte
	marks
)

// hooks are what net/http calls during the attempt. Only a trace that is told of each attempt pays for the times of its parts.
func (p *progress) hooks(timed bool) *httptrace.ClientTrace {
	t := &httptrace.ClientTrace{
		GetConn: func(string) { p.set(&p.traced, true) },
		GotConn: func(info httptrace.GotConnInfo) {
			p.set(&p.connected, true)
			p.set(&p.reused, info.Reused)
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			p.mark(tlsDone)
			if err != nil && !isNetwork(err) {
				p.set(&p.distrusted, true)
			}
		},
	}
	if timed {
		p.time(t)
	}
	return t
}

// time adds the hooks that mark when the parts of the attempt began and ended.
func (p *progress) time(t *httptrace.ClientTrace) {
	t.DNSStart = func(httptrace.DNSStartInfo) { p.mark(dnsStart) }
	t.DNSDone = func(httptrace.DNSDoneInfo) { p.mark(dnsDone) }
	t.ConnectStart = func(string, string) { p.mark(connectStart) }
	t.ConnectDone = func(_, _ string, err error) {
		if err == nil {
			p.mark(connectDone)
		}
	}
	t.TLSHandshakeStart = func() { p.mark(tlsStart) }
	t.WroteRequest = func(httptrace.WroteRequestInfo) { p.mark(wrote) }
	t.GotFirstResponseByte = func() { p.mark(firstByte) }
}

func (p *progress) set(fact *bool, value bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*fact = value
}

// mark keeps the first time of each mark.
func (p *progress) mark(m int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at[m].IsZero() {
		p.at[m] = time.Now()
	}
}

// neverSent reports whether not one byte of the request can have left, and then whether that was for want of trust.
func (p *progress) neverSent() (unsent, distrusted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.traced && !p.connected, p.distrusted
}

// read writes the times of the attempt's parts into its record; end is when the attempt was over.
func (p *progress) read(a *Attempt, end time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	between := func(from, to time.Time) time.Duration {
		if from.IsZero() || to.IsZero() {
			return 0
		}
		return max(to.Sub(from), 0)
	}
	a.DNS = between(p.at[dnsStart], p.at[dnsDone])
	a.Connect = between(p.at[connectStart], p.at[connectDone])
	a.TLSTime = between(p.at[tlsStart], p.at[tlsDone])
	a.Wait = between(p.at[wrote], p.at[firstByte])
	a.Read = between(p.at[firstByte], end)
	a.Reused = p.reused
}

// isNetwork reports whether the network ended a handshake, as opposed to a side that refused it.
func isNetwork(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op != "remote error" && op.Op != "local error" // these two are TLS alerts
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled)
}
