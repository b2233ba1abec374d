package client

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptrace"
	"sync"
	"time"
)

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

// hooks are what net/http calls during the attempt. The times of the parts are taken for a trace only.
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
