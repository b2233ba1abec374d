package client

import (
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"
)

// Timing is how long the parts of an attempt took; 0 for a part that did not happen or did not end.
type Timing struct {
	DNS     time.Duration
	Connect time.Duration // TCP, the first connection that stood
	TLS     time.Duration
	Wait    time.Duration // from the request's last byte to the answer's first
	Body    time.Duration // from the answer's first byte to its last
	Reused  bool          // the connection was open already
}

// stopwatch notes when the parts of an attempt began and ended. Its hooks run in net/http's goroutines, of which one
// may outlive the attempt.
type stopwatch struct {
	mu     sync.Mutex
	at     [marks]time.Time
	reused bool
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

// mark keeps the first time of each mark.
func (s *stopwatch) mark(m int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at[m].IsZero() {
		s.at[m] = time.Now()
	}
}

// watch adds the stopwatch to the hooks.
func (s *stopwatch) watch(t *httptrace.ClientTrace) {
	got, done := t.GotConn, t.TLSHandshakeDone
	t.DNSStart = func(httptrace.DNSStartInfo) { s.mark(dnsStart) }
	t.DNSDone = func(httptrace.DNSDoneInfo) { s.mark(dnsDone) }
	t.ConnectStart = func(string, string) { s.mark(connectStart) }
	t.ConnectDone = func(_, _ string, err error) {
		if err == nil {
			s.mark(connectDone)
		}
	}
	t.TLSHandshakeStart = func() { s.mark(tlsStart) }
	t.TLSHandshakeDone = func(state tls.ConnectionState, err error) {
		s.mark(tlsDone)
		done(state, err)
	}
	t.GotConn = func(info httptrace.GotConnInfo) {
		s.mu.Lock()
		s.reused = info.Reused
		s.mu.Unlock()
		got(info)
	}
	t.WroteRequest = func(httptrace.WroteRequestInfo) { s.mark(wrote) }
	t.GotFirstResponseByte = func() { s.mark(firstByte) }
}

// read sums the marks up; end is when the attempt was over.
func (s *stopwatch) read(end time.Time) Timing {
	s.mu.Lock()
	defer s.mu.Unlock()
	between := func(from, to time.Time) time.Duration {
		if from.IsZero() || to.IsZero() {
			return 0
		}
		return max(to.Sub(from), 0)
	}
	return Timing{
		DNS:     between(s.at[dnsStart], s.at[dnsDone]),
		Connect: between(s.at[connectStart], s.at[connectDone]),
		TLS:     between(s.at[tlsStart], s.at[tlsDone]),
		Wait:    between(s.at[wrote], s.at[firstByte]),
		Body:    between(s.at[firstByte], end),
		Reused:  s.reused,
	}
}
